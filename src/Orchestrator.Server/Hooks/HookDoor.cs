using System.Collections.Concurrent;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Secrets;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api;
using Orchestrator.Server.Metrics;
using Orchestrator.Server.Triggers;

namespace Orchestrator.Server.Hooks;

/// <summary>
/// <c>/hooks/PATH</c>: a delivery that proves itself starts a run. Whoever does not prove himself learns nothing: a hook that is not there, one that is stopped, one whose secret is missing and a
/// wrong signature give one and the same 401. Only then is the body looked into.
/// </summary>
internal sealed class HookDoor(ServerOptions options, LiveDefinitions definitions, TriggerStart start, ServerMeter meter)
{
    private readonly ConcurrentDictionary<string, long> _denied = new(StringComparer.Ordinal);

    /// <summary>Adds the route; it needs no role, for each hook has its own proof.</summary>
    public void Map(IEndpointRouteBuilder routes) =>
        routes.MapMethods("/hooks/{**path}", ["POST", "PUT", "GET", "DELETE", "PATCH"], ReceiveAsync).WithMetadata(OpenToEveryone.Marker);

    /// <summary>Deliveries to a trigger that did not prove themselves since the server started. Kept in memory: a stranger must not be able to make us write.</summary>
    public long DeniedOf(string triggerId) => _denied.GetValueOrDefault(triggerId);

    /// <summary>Why a webhook cannot take anything now; null when it can.</summary>
    public string? NotReady(Definition definition, HookSettings hook)
    {
        try
        {
            if (hook.Verify == "none") return options.AllowUnverifiedHooks ? null : "`verify: none` needs the server to run with --allow-unverified-hooks";
            return SecretOf(definition, hook).Trim().Length > 0 ? null : $"the secret `{hook.Secret}` is empty";
        }
        catch (FailureException missing)
        {
            return missing.Failure.Message;
        }
    }

    private async Task ReceiveAsync(HttpContext context)
    {
        var match = HookSettings.MatchOf(context.Request.Method, (string?)context.GetRouteValue("path") ?? "");
        var found = await options.Store.FindTriggersAsync("webhook", match, context.RequestAborted).ConfigureAwait(false);
        var definition = found.Count == 1 ? await definitions.OfAsync(found[0].Definition, context.RequestAborted).ConfigureAwait(false) : null;
        var plan = definition?.Triggers.FirstOrDefault(plan => plan.Name == found[0].Name);
        var hook = plan is null ? null : HookSettings.Of(plan);
        if (await RawBody.ReadAsync(context, hook?.MaxBody ?? HookSettings.UsualBody).ConfigureAwait(false) is not { } body)
        {
            // The rest of the body is not waited for.
            context.Response.Headers.Connection = "close";
            meter.Delivered("tooLarge");
            throw new ProblemException(StatusCodes.Status413PayloadTooLarge, "hook.tooLarge", "The body is larger than this place accepts.");
        }

        var isStopped = hook is not null && (found[0].Paused || !plan!.Enabled);
        if (hook is null || isStopped || Prove(context, definition!, hook, body) is not { } proven)
        {
            meter.Delivered(hook is null ? "unknown" : isStopped ? "stopped" : "unproven");
            if (hook is null) HookProof.Pretend(body);
            else _denied.AddOrUpdate(found[0].Id, 1, static (_, count) => count + 1);
            await Problem.WriteAsync(context, StatusCodes.Status401Unauthorized, "hook.denied", "Denied.").ConfigureAwait(false);
            return;
        }

        if (hook.Verify == "github" && proven.Type == "ping")
        {
            meter.Delivered("pong");
            await AnswerAsync(context, StatusCodes.Status200OK, "pong", null).ConfigureAwait(false);
            return;
        }

        await StartAsync(context, found[0], hook, proven, body).ConfigureAwait(false);
    }

    private async Task StartAsync(HttpContext context, StoredTrigger trigger, HookSettings hook, Proven proven, byte[] body)
    {
        var @event = HookEvent.Of(context.Request, hook, proven, body, options.Time.GetUtcNow());
        Started started;
        try
        {
            started = await start.RunAsync(trigger, new Occurrence("delivery:" + proven.Id, @event, HookProof.Digest(body))).ConfigureAwait(false);
        }
        catch (FailureException failed) when (failed.Failure.Code.StartsWith("expression.", StringComparison.Ordinal) || failed.Failure.Code.StartsWith("trigger.", StringComparison.Ordinal))
        {
            meter.Delivered("rejected");
            throw new ProblemException(StatusCodes.Status422UnprocessableEntity, failed.Failure.Code, failed.Failure.Message);
        }
        catch
        {
            meter.Delivered("rejected");
            throw;
        }

        if (started.IsOther)
        {
            meter.Delivered("reused");
            throw new ProblemException(StatusCodes.Status409Conflict, "hook.reused", $"A delivery with this id and another body started run {started.RunId}; nothing was started.");
        }

        var what = started.RunId is null ? "ignored" : started.Existing ? "replayed" : "accepted";
        meter.Delivered(what);
        if (started.RunId is { } runId) context.Response.Headers.Location = $"/api/v1/runs/{runId}";
        await AnswerAsync(context, started.RunId is null ? StatusCodes.Status200OK : StatusCodes.Status202Accepted, what, started).ConfigureAwait(false);
    }

    private Proven? Prove(HttpContext context, Definition definition, HookSettings hook, byte[] body)
    {
        try
        {
            if (hook.Verify == "none") return options.AllowUnverifiedHooks ? HookProof.Unproven(hook, context.Request.Headers) : null;
            return HookProof.Of(hook, SecretOf(definition, hook), context.Request.Headers, body, options.Time.GetUtcNow());
        }
        catch (FailureException missing)
        {
            options.Say($"hook {hook.Path}: {missing.Failure.Message}");
            return null;
        }
    }

    private string SecretOf(Definition definition, HookSettings hook) => StoredSecrets.Of(options.Store, options.Seal)(definition.Secrets[hook.Secret!]);

    private static Task AnswerAsync(HttpContext context, int status, string what, Started? started) => JsonBody.WriteAsync(context, status, "application/json", writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("status", what);
        if (started?.RunId is { } runId) writer.WriteString("runId", runId);
        if (started?.Note is { Length: > 0 } note) writer.WriteString("reason", note);
        writer.WriteEndObject();
    });
}
