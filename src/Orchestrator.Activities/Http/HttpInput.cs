using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Http;

/// <summary>What every activity needs that speaks HTTP.</summary>
internal abstract record HttpInput
{
    [Field("Absolute http or https address as seen from the target.", Format = "url")]
    public required string Url { get; init; }

    [Field("Headers; values may be secret. `Host` also sets the name that TLS asks for.")]
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = new Dictionary<string, Secret>();

    [Field("Certificates to trust instead of the system's authorities: PEM text, or the path of a PEM file on the target.", Format = "multiline")]
    public string? CaCertificate { get; init; }

    [Field("True = take any certificate. Then nobody knows who answers.")]
    public bool Insecure { get; init; }

    [Field("How many redirects are followed, for GET and HEAD only. Headers are not sent to another server.", Min = 0, Max = 20)]
    public int Redirects { get; init; } = 5;

    /// <summary>The address; fails with <c>input.invalid</c>.</summary>
    public Uri Address() =>
        Uri.TryCreate(Url, UriKind.Absolute, out var url) && url.Scheme is "http" or "https" && url.UserInfo.Length == 0
            ? url
            : throw new FailureException("input.invalid", FailureKind.Permanent, "input `url` must be an absolute http or https address without a password in it");

    /// <summary>The headers in plain text.</summary>
    public Dictionary<string, string> PlainHeaders() => Headers.ToDictionary(header => header.Key, header => header.Value.Reveal());
}
