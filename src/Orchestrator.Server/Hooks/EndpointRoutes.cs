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
    // More than one is a mistake already; how many more is only told.
    private const int Many = 100;

    /// <summary>The endpoints that match; more than one is the author's mistake.</summary>
    public async Task<IReadOnlyList<EndpointMatch>> FindAsync(string method, string path, string? runId, string? correlationId, CancellationToken cancellationToken)
    {
        var exact = ElsaMatch.Http(method, path);
        var prefix = method.ToLowerInvariant() + " ";
        if (runId is null)
        {
            var starts = (await store.FindTriggersAsync("elsa.http", exact, cancellationToken).ConfigureAwait(false)).Where(trigger => !trigger.Paused).ToList();
            if (starts.Count == 0)
                starts = [.. (await store.FindTriggersAsync("elsa.http", null, cancellationToken).ConfigureAwait(false)).Where(trigger => !trigger.Paused && Fits(trigger.Match, prefix, path))];
            if (starts.Count > 0) return [.. await Task.WhenAll(starts.Select(trigger => OfAsync(trigger, path, cancellationToken))).ConfigureAwait(false)];
        }

        var waiting = (await store.FindBookmarksAsync(new BookmarkQuery("Elsa.HttpEndpoint", exact, runId, correlationId), cancellationToken).ConfigureAwait(false)).ToList();
        if (waiting.Count == 0)
            waiting = [.. (await store.FindBookmarksAsync(new BookmarkQuery("Elsa.HttpEndpoint", null, runId, correlationId), cancellationToken).ConfigureAwait(false)).Where(bookmark => Fits(bookmark.Match, prefix, path))];
        return [.. await Task.WhenAll(waiting.Take(Many).Select(bookmark => OfAsync(bookmark, path, cancellationToken))).ConfigureAwait(false)];
    }

    private static bool Fits(string match, string prefix, string path) =>
        match.StartsWith(prefix, StringComparison.Ordinal) && match.Contains('{', StringComparison.Ordinal) && RouteOf(match[prefix.Length..], path) is not null;

    private async Task<EndpointMatch> OfAsync(StoredTrigger trigger, string path, CancellationToken cancellationToken)
    {
        var nodeId = StudioTriggers.NodeOf(trigger);
        var endpoint = await EndpointAsync(trigger.Definition, node => node.NodeId == nodeId, cancellationToken).ConfigureAwait(false);
        return new EndpointMatch(trigger, null, endpoint, RouteOf(PathOf(endpoint), path));
    }

    private async Task<EndpointMatch> OfAsync(StoredBookmark bookmark, string path, CancellationToken cancellationToken)
    {
        var run = await store.FindRunAsync(bookmark.RunId, cancellationToken).ConfigureAwait(false) ?? throw new InvalidOperationException($"the bookmark {bookmark.Id} is of no run");
        var endpoint = await EndpointAsync(run.Definition, node => node.Id == bookmark.ActivityId || node.NodeId == bookmark.ActivityId, cancellationToken).ConfigureAwait(false);
        var template = bookmark.Match[(bookmark.Match.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        // As the author wrote the names of parameters, where the path is a constant; the match is in lower case.
        var own = PathOf(endpoint).Trim('/');
        return new EndpointMatch(null, bookmark, endpoint, RouteOf(own.Equals(template, StringComparison.OrdinalIgnoreCase) ? own : template, path));
    }

    // What the endpoint asks of a request stands in the definition.
    private async Task<ElsaActivity> EndpointAsync(string definition, Func<ElsaActivity, bool> isIt, CancellationToken cancellationToken) =>
        (await definitions.OfAsync(definition, cancellationToken).ConfigureAwait(false)).Elsa?.Nodes.Values.FirstOrDefault(node => node.Type == "Elsa.HttpEndpoint" && isIt(node))
        ?? throw new InvalidOperationException($"definition {definition} does not have the endpoint that its row names");

    private static string PathOf(ElsaActivity endpoint) => ElsaTriggers.Settings(endpoint).Get("path")?.AsString() ?? "";

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
/// <param name="Activity">The endpoint in its workflow.</param>
/// <param name="Route">Route parameters; null when the path does not fit after all.</param>
internal sealed record EndpointMatch(StoredTrigger? Trigger, StoredBookmark? Bookmark, ElsaActivity Activity, MapValue? Route);
