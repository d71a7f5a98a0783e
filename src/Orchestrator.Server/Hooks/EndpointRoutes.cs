using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Template;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;
using Orchestrator.Server.Triggers;

namespace Orchestrator.Server.Hooks;

/// <summary>Finds who takes a request to <c>/workflows/PATH</c>: published workflows that begin with an endpoint, or runs that wait at one. A path without parameters goes before one with.</summary>
internal sealed class EndpointRoutes(IStore store, LiveDefinitions definitions)
{
    /// <summary>The endpoints that match; more than one is the author's mistake.</summary>
    public async Task<IReadOnlyList<EndpointMatch>> FindAsync(string method, string path, string? runId, string? correlationId, CancellationToken cancellationToken)
    {
        var exact = ElsaMatch.Http(method, path);
        var prefix = method.ToLowerInvariant() + " ";
        if (runId is null)
        {
            var starts = (await store.FindTriggersAsync("elsa.http", exact, cancellationToken).ConfigureAwait(false)).Where(trigger => !trigger.Paused).Select(trigger => Of(trigger, path)).ToArray();
            if (starts.Length == 0)
            {
                starts = [.. (await store.FindTriggersAsync("elsa.http", null, cancellationToken).ConfigureAwait(false))
                    .Where(trigger => !trigger.Paused && trigger.Match.StartsWith(prefix, StringComparison.Ordinal) && trigger.Match.Contains('{', StringComparison.Ordinal))
                    .Select(trigger => Of(trigger, path)).Where(match => match.Route is not null)];
            }

            if (starts.Length > 0) return starts;
        }

        var waiting = (await store.FindBookmarksAsync(new BookmarkQuery("Elsa.HttpEndpoint", exact, runId, correlationId), cancellationToken).ConfigureAwait(false)).ToList();
        if (waiting.Count == 0)
        {
            waiting = [.. (await store.FindBookmarksAsync(new BookmarkQuery("Elsa.HttpEndpoint", null, runId, correlationId), cancellationToken).ConfigureAwait(false))
                .Where(bookmark => bookmark.Match.StartsWith(prefix, StringComparison.Ordinal) && bookmark.Match.Contains('{', StringComparison.Ordinal) && RouteOf(bookmark.Match[prefix.Length..], path) is not null)];
        }

        var found = new List<EndpointMatch>();
        foreach (var bookmark in waiting) found.Add(await OfAsync(bookmark, path, cancellationToken).ConfigureAwait(false));
        return found;
    }

    private static EndpointMatch Of(StoredTrigger trigger, string path)
    {
        var settings = (MapValue)PlainJson.Parse(Encoding.UTF8.GetString(trigger.Settings.Span));
        return new EndpointMatch(trigger, null, settings, RouteOf(settings.Get("path")?.AsString() ?? "", path));
    }

    // The names of route parameters, and what the endpoint asks of a request, stand in the definition of the run.
    private async Task<EndpointMatch> OfAsync(StoredBookmark bookmark, string path, CancellationToken cancellationToken)
    {
        var run = await store.FindRunAsync(bookmark.RunId, cancellationToken).ConfigureAwait(false);
        var elsa = run is null ? null : (await definitions.OfAsync(run.Definition, cancellationToken).ConfigureAwait(false)).Elsa;
        var node = elsa?.Nodes.Values.FirstOrDefault(node => node.Id == bookmark.ActivityId || node.NodeId == bookmark.ActivityId);
        var settings = node is null ? Value.EmptyMap : ElsaTriggers.Settings(node);
        var template = bookmark.Match[(bookmark.Match.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        return new EndpointMatch(null, bookmark, settings, RouteOf(settings.Get("path")?.AsString() is { } own && own.Trim('/').Equals(template, StringComparison.OrdinalIgnoreCase) ? own : template, path));
    }

    private static MapValue? RouteOf(string template, string path)
    {
        try
        {
            var values = new RouteValueDictionary();
            return new TemplateMatcher(TemplateParser.Parse(template.Trim('/')), []).TryMatch(new PathString("/" + path.Trim('/')), values)
                ? Value.Map(values.Select(value => (value.Key, Value.Of(value.Value?.ToString()))))
                : null;
        }
        catch (ArgumentException)
        {
            return null; // no template: such an endpoint takes nothing
        }
    }
}

/// <summary>An endpoint that takes a request.</summary>
/// <param name="Trigger">The trigger that starts a run; null for a bookmark.</param>
/// <param name="Bookmark">The run that waits; null for a trigger.</param>
/// <param name="Settings">The endpoint's inputs as far as they are constant.</param>
/// <param name="Route">Route parameters; null when the path does not fit after all.</param>
internal sealed record EndpointMatch(StoredTrigger? Trigger, StoredBookmark? Bookmark, MapValue Settings, MapValue? Route);
