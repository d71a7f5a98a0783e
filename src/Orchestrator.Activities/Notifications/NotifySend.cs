using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Activities.Http;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Notifications;

/// <summary>Every attempt of a step carries the same id, so a receiver that knows Standard Webhooks tells a person once.</summary>
[Activity("notify.send", Effect.Keyed, "Tell people something: in the run's log, or through a webhook.", Remarks = """
    | channel | what happens |
    |---|---|
    | `log` | a line in the log of the run |
    | `webhook` | POST of `{"text": …, "run": …, "step": …}` to `url`, with the headers of Standard Webhooks: `webhook-id` is the same for every attempt of the step, `webhook-timestamp`, and with `secret` a `webhook-signature` |

    | code | cause |
    |---|---|
    | `notify.refused` | the webhook answered other than 2xx; transient for 408, 425, 429 and 5xx |
    | `http.unreachable`, `http.tls`, `http.broken` | no, no trusted or a broken connection |
    """, Example = """
    - id: tell
      uses: notify.send
      with:
        text: bootstrap of ${{ inputs.name }} begins
    """)]
internal sealed class NotifySend : Activity<NotifySendInput, NoOutput>
{
    protected override Task<Check<NoOutput>> CheckAsync(NotifySendInput input, ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Check<NoOutput>.Unknown($"tells by {(input.Channel == NotifyChannel.Log ? "log" : "webhook")}: {input.Text}"));

    protected override async Task<Outcome<NoOutput>> ApplyAsync(NotifySendInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        foreach (var line in input.Text.Split('\n')) context.Log(line.TrimEnd('\r'));
        if (input.Channel == NotifyChannel.Log) return Outcome<NoOutput>.Same(NoOutput.Value);

        // The address of a webhook is often its only password, so neither it nor the answer gets into a message.
        if (!Uri.TryCreate(input.Url?.Reveal(), UriKind.Absolute, out var url) || url.Scheme is not ("http" or "https"))
            throw new FailureException("input.invalid", FailureKind.Permanent, "input `url` must be an absolute http or https address for channel webhook");
        var body = PlainJson.Serialize(Value.Map(("text", Value.Of(input.Text)), ("run", Value.Of(context.RunId)), ("step", Value.Of(context.StepKey))));
        using var http = await TargetHttp.OpenAsync(context, input.CaCertificate, insecure: false, cancellationToken).ConfigureAwait(false);
        try
        {
            var answer = await http.SendAsync(
                new HttpCall(HttpMethod.Post, url) { Headers = Headers(input, body, context), Body = Encoding.UTF8.GetBytes(body), ContentType = "application/json" }, cancellationToken).ConfigureAwait(false);
            if (!answer.Ok)
                throw new FailureException("notify.refused", answer.IsPassing ? FailureKind.Transient : FailureKind.Permanent, $"the webhook on {url.Host} answered {answer.Status} {answer.Reason}");
        }
        catch (FailureException error) when (error.Failure.Code.StartsWith("http.", StringComparison.Ordinal))
        {
            throw new FailureException(error.Failure.Code, error.Failure.Kind, url.AbsolutePath.Length > 1 ? error.Message.Replace(url.AbsolutePath, "/…", StringComparison.Ordinal) : error.Message, error);
        }

        return Outcome<NoOutput>.Changes(NoOutput.Value);
    }

    /// <summary>https://www.standardwebhooks.com: the signature is over id, time and body.</summary>
    private static Dictionary<string, string> Headers(NotifySendInput input, string body, ActivityContext context)
    {
        var at = context.Time.GetUtcNow().ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture);
        var headers = new Dictionary<string, string> { ["webhook-id"] = context.IdempotencyKey, ["webhook-timestamp"] = at };
        if (input.Secret is { } secret)
        {
            var signed = Encoding.UTF8.GetBytes($"{context.IdempotencyKey}.{at}.{body}");
            headers["webhook-signature"] = "v1," + Convert.ToBase64String(HMACSHA256.HashData(Key(secret.Reveal()), signed));
        }

        return headers;
    }

    private static byte[] Key(string secret)
    {
        const string Prefix = "whsec_";
        if (!secret.StartsWith(Prefix, StringComparison.Ordinal)) return Encoding.UTF8.GetBytes(secret);
        var key = new byte[secret.Length];
        return Convert.TryFromBase64String(secret[Prefix.Length..], key, out var length)
            ? key[..length]
            : throw new FailureException("input.invalid", FailureKind.Permanent, "input `secret` starts with `whsec_` but is no base64 behind it");
    }
}

/// <summary>How people are told.</summary>
internal enum NotifyChannel
{
    /// <summary>In the log of the run.</summary>
    Log,

    /// <summary>By a POST.</summary>
    Webhook,
}

internal sealed record NotifySendInput
{
    [Field("What to say.", Format = "multiline", MinLength = 1)]
    public required string Text { get; init; }

    [Field("How.")]
    public NotifyChannel Channel { get; init; } = NotifyChannel.Log;

    [Field("The webhook's address as seen from the target; may be secret. Required for channel webhook.", Format = "url")]
    public Secret? Url { get; init; }

    [Field("Key for the signature, plain or as `whsec_` and base64. Absent = not signed.")]
    public Secret? Secret { get; init; }

    [Field("PEM text, or the path of a PEM file on the target, of what is trusted instead of the system's authorities.", Format = "multiline")]
    public string? CaCertificate { get; init; }
}
