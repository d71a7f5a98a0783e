using Microsoft.AspNetCore.Http;
using Orchestrator.Engine;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Api;

namespace Orchestrator.Server.Health;

/// <summary>Health means progress: the store takes a commit, and the engine's sweep ran a moment ago.</summary>
internal sealed class HealthChecks(IStore store, WorkflowEngine engine, TimeProvider time)
{
    private static readonly TimeSpan CommitLimit = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan SweepLimit = TimeSpan.FromSeconds(10);

    /// <summary>True once the server is about to stop: it is well, and takes no more work.</summary>
    public bool IsDraining { get; set; }

    /// <summary>Runs every check.</summary>
    public async Task<HealthReport> ReportAsync() => new([await StoreAsync().ConfigureAwait(false), Scheduler(), .. IsDraining ? [new HealthCheck("accepting", false, "the server is stopping")] : Array.Empty<HealthCheck>()]);

    /// <summary>The process answers: nothing else is asked.</summary>
    public static Task WriteLiveAsync(HttpContext context) => JsonBody.WriteAsync(context, writer =>
    {
        writer.WriteStartObject();
        writer.WriteString("status", "live");
        writer.WriteEndObject();
    });

    /// <summary>200 when ready, else 503, with every check.</summary>
    public async Task WriteReadyAsync(HttpContext context)
    {
        var report = await ReportAsync().ConfigureAwait(false);
        var status = report.IsReady ? StatusCodes.Status200OK : StatusCodes.Status503ServiceUnavailable;
        await JsonBody.WriteAsync(context, status, "application/json", writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("status", report.IsReady ? "ready" : "notReady");
            writer.WriteStartArray("checks");
            foreach (var check in report.Checks)
            {
                writer.WriteStartObject();
                writer.WriteString("name", check.Name);
                writer.WriteBoolean("ok", check.Ok);
                writer.WriteString("detail", check.Detail);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task<HealthCheck> StoreAsync()
    {
        var begun = time.GetTimestamp();
        try
        {
            // An empty set goes through the writer lane and the fence like any other.
            await store.CommitAsync(new WriteSet()).WaitAsync(CommitLimit, time).ConfigureAwait(false);
            return new HealthCheck("store", true, $"committed in {time.GetElapsedTime(begun).TotalMilliseconds:0.0} ms");
        }
        catch (TimeoutException)
        {
            return new HealthCheck("store", false, $"no commit within {CommitLimit.TotalSeconds:0} s");
        }
        catch (FencedException)
        {
            return new HealthCheck("store", false, "another process owns the store now");
        }
        catch (Model.Failures.FailureException trouble)
        {
            return new HealthCheck("store", false, trouble.Failure.Code);
        }
    }

    private HealthCheck Scheduler()
    {
        var age = time.GetUtcNow() - engine.LastSweepAt;
        return age <= SweepLimit
            ? new HealthCheck("scheduler", true, $"looked for work {Math.Max(0, age.TotalSeconds):0.0} s ago")
            : new HealthCheck("scheduler", false, $"has not looked for work for {age.TotalSeconds:0} s");
    }
}
