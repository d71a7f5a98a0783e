using Microsoft.AspNetCore.Http;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Server.Api;

namespace Orchestrator.Server.Hooks;

/// <summary>
/// Answers a request with what its run writes: the first response since the request came. A run that ends without one gives 200 without a body (500 when it failed), one that waits for something
/// else 202, one that takes longer than <paramref name="limit"/> 504; each with the run's id. It hears of the run's commits, so it costs nothing while nothing happens.
/// </summary>
/// <param name="options">The server.</param>
/// <param name="runId">The run.</param>
/// <param name="bookmark">The bookmark that the request woke; null when it started the run.</param>
/// <param name="limit">How long the caller waits.</param>
internal sealed class EndpointAnswer(ServerOptions options, string runId, string? bookmark, TimeSpan limit)
{
    // Before it has taken the request up, a run that was woken waits too.
    private bool _isTaken = bookmark is null;

    /// <summary>Waits for it and writes it.</summary>
    public async Task WriteAsync(HttpContext context, RunFollower news)
    {
        context.Response.Headers["X-Run-Id"] = runId;
        using var late = new CancellationTokenSource(limit, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(late.Token, context.RequestAborted);
        try
        {
            // A run that the request started may have moved before anybody could listen.
            for (var heard = bookmark is null ? await StandAsync(context.RequestAborted).ConfigureAwait(false) : null; ; heard = await news.NextAsync(either.Token).ConfigureAwait(false))
                if (heard is not null && await IsAnsweredAsync(context, heard).ConfigureAwait(false)) return;
        }
        catch (OperationCanceledException) when (late.IsCancellationRequested && !context.RequestAborted.IsCancellationRequested)
        {
            context.Response.Headers.Location = $"/api/v1/runs/{runId}";
            throw new ProblemException(StatusCodes.Status504GatewayTimeout, "endpoint.timeout", $"Run {runId} has written no response within {limit.TotalSeconds:0.###} s; it goes on.");
        }
    }

    private async Task<RunNews?> StandAsync(CancellationToken cancellationToken)
    {
        // The status first: what is written after it is heard of.
        if (await options.Store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is not { } run) return null;
        var execution = await Executions.ReadAsync(options.Store, runId, cancellationToken).ConfigureAwait(false);
        var responses = execution?.Activities.Where(activity => WrittenResponse.IsOne(activity.Type) && activity.Status == ExecutionStatus.Completed);
        return new RunNews(run.Status, [.. (responses ?? []).Select(activity => new WrittenResponse(activity.Type, activity.Inputs))], []);
    }

    private async Task<bool> IsAnsweredAsync(HttpContext context, RunNews news)
    {
        _isTaken |= news.Woken.Contains(bookmark);
        if (!_isTaken) return false;
        if (news.Responses.Count > 0)
        {
            await EndpointResponse.WriteAsync(context, news.Responses[0]).ConfigureAwait(false);
            return true;
        }

        switch (news.Status)
        {
            case RunStatus.Completed or RunStatus.Cancelled:
                context.Response.StatusCode = StatusCodes.Status200OK;
                return true;
            case RunStatus.Failed or RunStatus.Paused:
                throw new ProblemException(StatusCodes.Status500InternalServerError, "endpoint.runFailed", $"Run {runId} failed before it wrote a response.");
            case RunStatus.Waiting:
                context.Response.Headers.Location = $"/api/v1/runs/{runId}";
                await JsonBody.WriteAsync(context, StatusCodes.Status202Accepted, "application/json", writer =>
                {
                    writer.WriteStartObject();
                    writer.WriteString("runId", runId);
                    writer.WriteString("status", "waiting");
                    writer.WriteEndObject();
                }).ConfigureAwait(false);
                return true;
            default: return false;
        }
    }
}
