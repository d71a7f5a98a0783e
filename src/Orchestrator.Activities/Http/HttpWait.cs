using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Http;

/// <summary>Waits with a durable timer; each look is one request.</summary>
[Activity("http.wait", Effect.Read, "Wait until an address answers as expected.", Polls = true, Remarks = """
    Everything short of the expected answer is waited out, also a refused connection and a certificate that is not trusted yet; the waiting reason says what came back.
    Only wrong input fails before the deadline.
    """, Example = """
    - id: healthy
      uses: http.wait
      target: node
      with:
        url: http://127.0.0.1:8700/health/ready
        contains: ready
      every: 1s
      timeout: {total: 5m}
    """)]
internal sealed class HttpWait : Activity<HttpWaitInput, HttpWaitOutput>
{
    /// <summary>Looking is the work itself: a check that looked too would ask the server twice an interval.</summary>
    protected override Task<Check<HttpWaitOutput>> CheckAsync(HttpWaitInput input, ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Check<HttpWaitOutput>.Unknown($"waits for {new HttpCall(HttpMethod.Get, input.Address())}"));

    protected override async Task<Outcome<HttpWaitOutput>> ApplyAsync(HttpWaitInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var (output, problem) = await LookAsync(input, context, cancellationToken).ConfigureAwait(false);
        return output is null ? Outcome<HttpWaitOutput>.Waiting(problem) : Outcome<HttpWaitOutput>.Same(output);
    }

    private static async Task<(HttpWaitOutput? Output, string Problem)> LookAsync(HttpWaitInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var call = new HttpCall(HttpMethod.Get, input.Address()) { Headers = input.PlainHeaders(), Redirects = input.Redirects };
        using var deadline = new CancellationTokenSource(input.TryTimeout, context.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        try
        {
            using var http = await TargetHttp.OpenAsync(context, input.CaCertificate, input.Insecure, either.Token).ConfigureAwait(false);
            var answer = await http.SendAsync(call, either.Token).ConfigureAwait(false);
            if (input.Status.Count == 0 ? !answer.Ok : !input.Status.Contains(answer.Status)) return (null, $"{call} answered {answer.Status} {answer.Reason}".TrimEnd());
            if (input.Contains is { } text && !answer.Text.Contains(text, StringComparison.Ordinal)) return (null, $"{call} answered {answer.Status} without `{text}`");
            return (new HttpWaitOutput { Status = answer.Status, Body = answer.Text }, "");
        }
        catch (FailureException error) when (error.Failure.Code.StartsWith("http.", StringComparison.Ordinal))
        {
            return (null, error.Message);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            return (null, $"{call} gave no answer within {Model.Schemas.Durations.Format(input.TryTimeout)}");
        }
    }
}

internal sealed record HttpWaitInput : HttpInput
{
    [Field("Status codes to wait for. Empty = 200 to 299.", Min = 100, Max = 599)]
    public IReadOnlyList<int> Status { get; init; } = [];

    [Field("Text that the body must contain; absent = any body.", MinLength = 1)]
    public string? Contains { get; init; }

    [Field("How long one look may take.", Min = 1, Max = 300)]
    public TimeSpan TryTimeout { get; init; } = TimeSpan.FromSeconds(10);
}

internal sealed record HttpWaitOutput
{
    [Field("The status code that came.")]
    public int Status { get; init; }

    [Field("The body that came, at most 256 KiB.")]
    public string Body { get; init; } = "";
}
