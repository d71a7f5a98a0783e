namespace Orchestrator.Model.Values;

/// <summary>What HTTP calls a token (RFC 9110, 5.6.2): names of headers, methods and schemes of credentials.</summary>
public static class HttpToken
{
    private const string Signs = "!#$%&'*+-.^_`|~";

    /// <summary>True when a text is one.</summary>
    public static bool IsOne(string text) => text.Length > 0 && text.All(character => char.IsAsciiLetterOrDigit(character) || Signs.Contains(character, StringComparison.Ordinal));
}
