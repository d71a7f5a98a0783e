using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api;
using Orchestrator.Server.Api.OpenApi;
using Orchestrator.Server.Hooks;

namespace Orchestrator.Server.Triggers;

/// <summary>Triggers over HTTP: what is live, when it comes next, what it last did and refused; stop one, let it go on.</summary>
internal sealed class TriggersApi(ServerOptions options, TriggerIndex index, LiveDefinitions definitions, HookDoor hooks)
{
    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        var missing = (StatusCodes.Status404NotFound, "There is no such trigger.");
        routes.MapGet("/api/v1/triggers", ListAsync).Needs(Role.Viewer).Says(new RouteDoc("Lists the triggers of submitted blueprints: what is live, when it comes next, what it last did and refused.") { Answer = "Triggers" });
        routes.MapPost("/api/v1/triggers/{owner}/{name}/enable", context => PauseAsync(context, false)).Needs(Role.Operator).Says(new RouteDoc("Lets a trigger go on.")
        {
            Answer = "Trigger", Problems = [missing, (StatusCodes.Status409Conflict, "The blueprint itself says that it is disabled.")],
        });
        routes.MapPost("/api/v1/triggers/{owner}/{name}/disable", context => PauseAsync(context, true)).Needs(Role.Operator).Says(new RouteDoc("Stops a trigger until it is enabled again.") { Answer = "Trigger", Problems = [missing] });
    }

    private async Task ListAsync(HttpContext context)
    {
        var triggers = new List<(StoredTrigger Trigger, Definition Definition)>();
        foreach (var trigger in await options.Store.ListTriggersAsync(context.RequestAborted).ConfigureAwait(false))
            triggers.Add((trigger, await definitions.OfAsync(trigger.Definition, context.RequestAborted).ConfigureAwait(false)));
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("triggers");
            foreach (var (trigger, definition) in triggers) Write(writer, trigger, definition);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task PauseAsync(HttpContext context, bool paused)
    {
        var id = $"{context.GetRouteValue("owner")}/{context.GetRouteValue("name")}";
        if (await index.PauseAsync(id, paused, context.RequestAborted).ConfigureAwait(false) is not { } trigger) throw ProblemException.Missing($"There is no trigger {id}.");
        var definition = await definitions.OfAsync(trigger.Definition, context.RequestAborted).ConfigureAwait(false);
        if (!paused && definition.Triggers.FirstOrDefault(plan => plan.Name == trigger.Name) is { Enabled: false })
            throw new ProblemException(StatusCodes.Status409Conflict, "trigger.disabledBySource", "The blueprint says `enabled: false`; change it there and submit it again.");
        await JsonBody.WriteAsync(context, writer => Write(writer, trigger, definition)).ConfigureAwait(false);
    }

    private void Write(Utf8JsonWriter writer, StoredTrigger trigger, Definition definition)
    {
        var plan = definition.Triggers.FirstOrDefault(plan => plan.Name == trigger.Name);
        var hook = plan is { Kind: "webhook" } ? HookSettings.Of(plan) : null;
        var (state, reason) = State(trigger, definition, plan, hook);
        writer.WriteStartObject();
        writer.WriteString("id", trigger.Id);
        writer.WriteString("blueprint", trigger.Owner);
        writer.WriteString("name", trigger.Name);
        writer.WriteString("kind", trigger.Kind);
        writer.WriteString("definition", trigger.Definition);
        writer.WriteString("state", state);
        if (reason is not null) writer.WriteString("reason", reason);
        var settings = PlainJson.Parse(Encoding.UTF8.GetString(trigger.Settings.Span));
        if (hook is not null) writer.WriteString("url", $"/hooks/{hook.Path}");
        else if (trigger.Kind == "elsa.http") writer.WriteString("url", $"/workflows/{settings.Get("path")?.AsString()?.Trim('/')}");
        writer.WritePropertyName("settings");
        PlainJson.Write(writer, settings);
        if (trigger.Due is { } due && state == "live") writer.WriteString("next", Instants.Text(due));
        if (trigger.LastAt is { } last) writer.WriteString("lastAt", Instants.Text(last));
        if (trigger.LastRun is { } run) writer.WriteString("lastRun", run);
        if (trigger.RefusedAt is { } refused) writer.WriteString("refusedAt", Instants.Text(refused));
        if (trigger.Refusal is { } refusal) writer.WriteString("refusal", refusal);
        if (hook is not null) writer.WriteNumber("denied", hooks.DeniedOf(trigger.Id));
        writer.WriteEndObject();
    }

    private (string State, string? Reason) State(StoredTrigger trigger, Definition definition, TriggerPlan? plan, HookSettings? hook)
    {
        if (trigger.Paused) return ("disabled", "somebody stopped it");
        if (plan is { Enabled: false }) return ("disabled", "the blueprint says `enabled: false`");
        if (trigger.Kind == "drift") return ("notReady", "drift is not looked for yet");
        if (hook is not null && hooks.NotReady(definition, hook) is { } reason) return ("notReady", reason);
        return ScheduleTrigger.IsSchedule(trigger.Kind) && trigger.Due is null ? ("over", "no time is left") : ("live", null);
    }
}
