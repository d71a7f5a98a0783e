using System.Text.RegularExpressions;

namespace Orchestrator.Model.Expressions;

/// <summary>
/// Regular expressions of blueprints: the engine without backtracking, so that no pattern and no text can make it run for long. Compiled ones are kept, because the
/// same few are used by every run.
/// </summary>
internal static class Patterns
{
    private const int LongestPattern = 1_000;
    private const int MostKept = 256;

    private static readonly Dictionary<string, Regex> Kept = new(StringComparer.Ordinal);
    private static readonly Lock Gate = new();

    /// <summary>The compiled pattern, or what is wrong with it.</summary>
    public static (Regex? Regex, string? Problem) Compile(string pattern)
    {
        lock (Gate)
        {
            if (Kept.TryGetValue(pattern, out var kept)) return (kept, null);
        }

        if (pattern.Length > LongestPattern) return (null, $"the pattern is longer than {LongestPattern} characters");
        try
        {
            var regex = new Regex(pattern, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            lock (Gate)
            {
                if (Kept.Count >= MostKept) Kept.Clear();
                Kept[pattern] = regex;
            }

            return (regex, null);
        }
        catch (ArgumentException wrong)
        {
            return (null, $"the pattern `{pattern}` is no regular expression: {Reason(wrong)}");
        }
        catch (NotSupportedException)
        {
            return (null, $"the pattern `{pattern}` uses back references, look-around or too many repetitions, which are not supported");
        }
    }

    public static Regex Get(Invocation call, int argument)
    {
        var (regex, problem) = Compile(call.Text(argument));
        return regex ?? throw call.Fail(problem!);
    }

    private static string Reason(ArgumentException wrong) =>
        wrong is RegexParseException parse ? $"{parse.Error} at offset {parse.Offset}" : wrong.Message;
}
