using System.Text.RegularExpressions;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Containers;

/// <summary>One entry of <c>publish</c>.</summary>
/// <param name="Address">Address on the host; empty = every one.</param>
/// <param name="HostPort">Port on the host.</param>
/// <param name="Port">Port and protocol inside, <c>80/tcp</c>.</param>
internal sealed partial record PublishedPort(string Address, string HostPort, string Port)
{
    public const string Pattern = @"(\[[0-9a-fA-F:]+\]:|[0-9.]+:)?[0-9]{1,5}:[0-9]{1,5}(/(tcp|udp))?";

    public static PublishedPort Parse(string text)
    {
        var match = Form().Match(text);
        if (!match.Success) throw new FailureException("input.invalid", FailureKind.Permanent, $"input `publish` has `{text}`, which is not of the form `127.0.0.1:8080:80` or `8080:80/udp`");
        return new PublishedPort(match.Groups["a"].Value.Trim('[', ']'), match.Groups["h"].Value, $"{match.Groups["p"].Value}/{(match.Groups["k"].Success ? match.Groups["k"].Value : "tcp")}");
    }

    [GeneratedRegex(@"^((?<a>\[[0-9a-fA-F:]+\]|[0-9.]+):)?(?<h>[0-9]{1,5}):(?<p>[0-9]{1,5})(/(?<k>tcp|udp))?$")]
    private static partial Regex Form();
}
