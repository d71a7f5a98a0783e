using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;
using Orchestrator.Server.Api;

namespace Orchestrator.Server.Hooks;

/// <summary>
/// Answers a request with what its run writes: the first response that was not there before. A run that ends without one gives 200 without a body (500 when it failed), one that waits for something
/// else 202, one that takes longer than 30 seconds 504; each with the run's id.
/// </summary>
/// <param name="options">The server.</param>
/// <param name="runId">The run.</param>
/// <param name="seen">Ids of responses that are older than the request.</param>
/// <param name="bookmark">The bookmark that the request woke; null when it started the run.</param>
internal sealed class EndpointAnswer(ServerOptions options, string runId, IReadOnlySet<string> seen, string? bookmark)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(25);

    private readonly ExecutionBook _executions = new(options.Store, mostRuns: 1);

    /// <summary>Ids of the responses that a run has written so far.</summary>
    public static async Task<HashSet<string>> ResponsesAsync(IStore store, string runId, CancellationToken cancellationToken) =>
        await Executions.ReadAsync(store, runId, cancellationToken).ConfigureAwait(false) is { } execution ? [.. execution.Activities.Where(IsResponse).Select(activity => activity.Id)] : [];

    /// <summary>Waits for it and writes it.</summary>
    public async Task WriteAsync(HttpContext context)
    {
        context.Response.Headers["X-Run-Id"] = runId;
        var begun = options.Time.GetTimestamp();
        using var gone = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted);
        var still = options.Engine.WaitAsync(runId, gone.Token, orWaiting: true);
        try
        {
            while (true)
            {
                await Task.WhenAny(still, Task.Delay(Look, options.Time, context.RequestAborted)).ConfigureAwait(false);
                var run = await options.Store.FindRunAsync(runId, context.RequestAborted).ConfigureAwait(false);
                var execution = await _executions.ReadAsync(runId, context.RequestAborted).ConfigureAwait(false);
                if (execution?.Activities.FirstOrDefault(activity => IsResponse(activity) && !seen.Contains(activity.Id)) is { } response)
                {
                    await WriteAsync(context, response.Inputs).ConfigureAwait(false);
                    return;
                }

                if (await WriteEndAsync(context, run!, execution).ConfigureAwait(false)) return;
                if (options.Time.GetElapsedTime(begun) < Limit) continue;
                context.Response.Headers.Location = $"/api/v1/runs/{runId}";
                throw new ProblemException(StatusCodes.Status504GatewayTimeout, "endpoint.timeout", $"Run {runId} has written no response within {Limit.TotalSeconds:0} s; it goes on.");
            }
        }
        finally
        {
            await gone.CancelAsync().ConfigureAwait(false);
        }
    }

    private async Task<bool> WriteEndAsync(HttpContext context, RunSummary run, Execution? execution)
    {
        switch (run.Status)
        {
            case RunStatus.Completed or RunStatus.Cancelled:
                context.Response.StatusCode = StatusCodes.Status200OK;
                return true;
            case RunStatus.Failed or RunStatus.Paused:
                throw new ProblemException(StatusCodes.Status500InternalServerError, "endpoint.runFailed", $"Run {runId} failed before it wrote a response.");
            // Before it has taken the request up, a run that was woken waits too.
            case RunStatus.Waiting when bookmark is null || execution?.Bookmarks.All(other => other.Id != bookmark) == true:
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

    private static bool IsResponse(ActivityExecution activity) =>
        activity is { Type: "Elsa.WriteHttpResponse" or "Elsa.WriteFileHttpResponse", Status: ExecutionStatus.Completed };

    private static async Task WriteAsync(HttpContext context, MapValue inputs)
    {
        Value? Input(string name) => inputs.Entries.FirstOrDefault(input => input.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;
        var content = Input("content") ?? Value.Null;
        var body = content switch { NullValue => null, StringValue text => text.Text, _ => PlainJson.Serialize(content) };
        context.Response.StatusCode = StatusOf(Input("statusCode"));
        if (Input("responseHeaders") is MapValue headers)
            foreach (var (name, value) in headers.Entries) context.Response.Headers[name] = value is ListValue list ? new StringValues([.. list.Items.Select(item => item.AsString())]) : value.AsString();
        if (body is null) return;
        context.Response.ContentType = Input("contentType")?.AsString() is { Length: > 0 } type ? type : content is StringValue ? "text/plain" : "application/json";
        var bytes = Encoding.UTF8.GetBytes(body);
        context.Response.ContentLength = bytes.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(bytes, context.RequestAborted).ConfigureAwait(false);
    }

    private static int StatusOf(Value? given) => given switch
    {
        NumberValue { Number: >= 200 and <= 599 } number => (int)number.Number,
        StringValue text when int.TryParse(text.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 200 and <= 599 => code,
        StringValue text when Enum.TryParse<HttpStatusCode>(text.Text, ignoreCase: true, out var name) => (int)name,
        _ => StatusCodes.Status200OK,
    };
}
