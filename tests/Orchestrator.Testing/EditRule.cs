using System.Text.RegularExpressions;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Testing;

/// <summary>
/// Any edit of one character of a valid blueprint gives a valid blueprint, or a diagnostic whose range touches what was edited: the step or entry around the edit,
/// its neighbour where the edit moved the border between them, or the use of a name whose declaration was edited. And nothing ever throws.
/// </summary>
/// <param name="compile">The compiler under test.</param>
public sealed partial class EditRule(Func<string, (Definition? Definition, IReadOnlyList<Diagnostic> Diagnostics)> compile)
{
    private const string Inserted = "a0 :#-{}[]\"'\\|>&*!%@`,$\t\n~";

    /// <summary>Edits a text at some offsets: removes the character, inserts one and replaces it. Insertions and replacements are drawn from a seed.</summary>
    /// <returns>A line for each edit that breaks the rule.</returns>
    public IReadOnlyList<string> Broken(string text, IEnumerable<int> offsets, int seed)
    {
        var random = new Random(seed);
        var broken = new List<string>();
        foreach (var at in offsets)
        {
            string Drawn() => Inserted[random.Next(Inserted.Length)].ToString();
            foreach (var edited in new[] { text.Remove(at, 1), text.Insert(at, Drawn()), text.Remove(at, 1).Insert(at, Drawn()) })
            {
                var (definition, diagnostics) = compile(edited);
                if (definition is not null || diagnostics.Any(diagnostic => Touches(diagnostic, text, edited, at))) continue;
                broken.Add($"offset {at} (line {text.AsSpan(0, at).Count('\n') + 1}): {Show(text, at)} => {Show(edited, at)}: {(
                    diagnostics.Count == 0 ? "no diagnostic" : string.Join("; ", diagnostics.Select(diagnostic => $"{diagnostic.Span} {diagnostic.Code}")))}");
            }
        }

        return broken;
    }

    private static bool Touches(Diagnostic diagnostic, string before, string after, int at)
    {
        var (start, end) = Node(before, at);
        if (before[at] == '\n' && at + 1 < before.Length) end = Math.Max(end, Node(before, at + 1).End);
        var spans = (diagnostic.Related ?? []).Select(related => related.Span).Append(diagnostic.Span);
        var grown = Math.Max(0, after.Length - before.Length);
        if (spans.Any(span => span.Offset <= end + grown + 1 && span.End >= start - 1)) return true;
        // What was renamed or removed is missed where it is used.
        var used = after.Substring(diagnostic.Span.Offset, diagnostic.Span.Length);
        return Declared(before, at).Any(name => used.Contains(name, StringComparison.Ordinal));
    }

    // The list item (a step) with the edited line in it, else the entry; and a line before and behind, because an edit can move the border.
    private static (int Start, int End) Node(string text, int at)
    {
        var lines = text.Split('\n');
        var line = text.AsSpan(0, at).Count('\n');
        var first = line;
        while (first > 0 && !IsItem(lines[first]) && Indent(lines[first]) > 0) first--;
        if (!IsItem(lines[first])) first = line;
        var last = line;
        while (last + 1 < lines.Length && (Indent(lines[last + 1]) > Indent(lines[first]) || lines[last + 1].Length == 0)) last++;
        var (top, bottom) = (Math.Max(0, first - 1), Math.Min(lines.Length - 1, last + 1));
        return (lines.Take(top).Sum(other => other.Length + 1), lines.Take(bottom).Sum(other => other.Length + 1) + lines[bottom].Length);
    }

    private static bool IsItem(string line) => line.TrimStart().StartsWith("- ", StringComparison.Ordinal);

    private static int Indent(string line) => line.Length - line.TrimStart().Length;

    // The word that was edited, and the names that its line declares.
    private static IEnumerable<string> Declared(string text, int at)
    {
        var (start, end) = (at, at);
        while (start > 0 && char.IsLetterOrDigit(text[start - 1])) start--;
        while (end < text.Length && char.IsLetterOrDigit(text[end])) end++;
        var from = at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;
        var to = text.IndexOf('\n', at);
        return Declaration().Matches(text[from..(to < 0 ? text.Length : to)]).Select(match => match.Groups[1].Value)
            .Where(name => name.Length > 0 && !Keys.Contains(name)).Append(text[start..end]).Where(name => name.Length > 0);
    }

    private static readonly HashSet<string> Keys = ["id", "uses", "with", "run", "env", "if", "steps", "type"];

    [GeneratedRegex(@"\bid: *(\w+)|(?<1>\w+):")]
    private static partial Regex Declaration();

    private static string Show(string text, int at) =>
        $"`{text[Math.Max(0, at - 12)..Math.Min(text.Length, at + 12)].Replace("\n", "\\n", StringComparison.Ordinal)}`";
}
