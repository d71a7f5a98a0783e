using System.Reflection;

namespace Orchestrator.Blueprints.Diagnostics;

/// <summary>The page of each diagnostic code: Markdown that says what happened, shows an example, and says what to do.</summary>
public static class DiagnosticPages
{
    private const string Prefix = "DiagnosticPages.";

    /// <summary>All codes that have a page, in order.</summary>
    public static IReadOnlyList<string> Codes { get; } =
    [
        .. Assembly.GetExecutingAssembly().GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..^".md".Length]).Order(StringComparer.Ordinal),
    ];

    /// <summary>The page of a code such as <c>BP2103</c> (upper or lower case), or null when there is no such code.</summary>
    public static string? Find(string code)
    {
        using var stream = Assembly.GetExecutingAssembly().GetManifestResourceStream($"{Prefix}{code.ToUpperInvariant()}.md");
        if (stream is null) return null;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }
}
