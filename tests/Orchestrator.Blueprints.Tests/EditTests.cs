using System.Text;
using System.Text.RegularExpressions;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Tests;

/// <summary>
/// Any edit of one character of a valid blueprint gives a valid blueprint, or a diagnostic whose range touches what was edited: the step or entry around the edit,
/// its neighbour where the edit moved the border between them, or the use of a name whose declaration was edited. And nothing ever throws.
/// </summary>
public sealed partial class EditTests
{
    private const string Inserted = "a0 :#-{}[]\"'\\|>&*!%@`,$\t\n~";

    public static TheoryData<string> Samples =>
    [
        .. Directory.GetDirectories(BaselineTests.Folder)
            .Where(folder => File.Exists(Path.Combine(folder, "main.definition.json"))).Select(folder => Path.GetFileName(folder)!)
            .Where(name => !name.StartsWith("Warning", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    [Theory]
    [MemberData(nameof(Samples))]
    public void Edit_OfOneCharacter_IsValidOrDiagnosedThere(string name)
    {
        var text = File.ReadAllText(Path.Combine(BaselineTests.Folder, name, "main.yaml"));
        var random = new Random(name.Length * 7919);
        var far = new StringBuilder();
        var edits = 0;
        // Of long samples only some characters are edited; insertions and replacements are drawn, the same in every run.
        for (var at = 0; at < text.Length; at += 1 + text.Length / 400)
        {
            var inserted = Inserted[random.Next(Inserted.Length)].ToString();
            foreach (var edited in new[] { text.Remove(at, 1), text.Insert(at, inserted), text.Remove(at, 1).Insert(at, Inserted[random.Next(Inserted.Length)].ToString()) })
            {
                edits++;
                var result = Compilation.Compile(edited);
                if (result.Definition is not null) continue;
                Assert.NotEmpty(result.Diagnostics);
                if (!result.Diagnostics.Any(diagnostic => Touches(diagnostic, text, edited, at)))
                    far.Append($"offset {at} (line {Line(text, at)}): {Show(text, at)} => {Show(edited, at)}: {string.Join("; ", result.Diagnostics.Select(d => $"{d.Span} {d.Code}"))}\n");
            }
        }

        Assert.True(far.Length == 0, $"{far.ToString().Count(c => c == '\n')} of {edits} edits are diagnosed elsewhere:\n{far}");
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

    // The list item (a step) with the edited line in it, else the entry; and the line behind, because an edit can move the border.
    private static (int Start, int End) Node(string text, int at)
    {
        var source = new SourceText(text);
        var line = source.LineAt(at);
        var first = line;
        while (first > 1 && !IsItem(source, first) && Indent(source, first) > 0) first--;
        if (!IsItem(source, first)) first = line;
        var last = line;
        while (last < source.LineCount && (Indent(source, last + 1) > Indent(source, first) || source.Line(last + 1).Length == 0)) last++;
        return (source.LineStart(Math.Max(1, first - 1)), source.LineEnd(Math.Min(source.LineCount, last + 1)));
    }

    private static bool IsItem(SourceText source, int line) => source.Line(line).TrimStart().StartsWith("- ", StringComparison.Ordinal);

    // The word that was edited, and the names that its line declares.
    private static IEnumerable<string> Declared(string text, int at)
    {
        var (start, end) = (at, at);
        while (start > 0 && char.IsLetterOrDigit(text[start - 1])) start--;
        while (end < text.Length && char.IsLetterOrDigit(text[end])) end++;
        var source = new SourceText(text);
        return Declaration().Matches(source.Line(source.LineAt(at))).Select(match => match.Groups[1].Value)
            .Where(name => name.Length > 0 && !Keys.Contains(name)).Append(text[start..end]).Where(name => name.Length > 0);
    }

    private static readonly HashSet<string> Keys = ["id", "uses", "with", "run", "env", "if", "steps", "type"];

    [GeneratedRegex(@"\bid: *(\w+)|(?<1>\w+):")]
    private static partial Regex Declaration();

    private static int Indent(SourceText source, int line) => source.Line(line).Length - source.Line(line).TrimStart().Length;

    private static int Line(string text, int at) => text.AsSpan(0, at).Count('\n') + 1;

    private static string Show(string text, int at) =>
        $"`{text[Math.Max(0, at - 12)..Math.Min(text.Length, at + 12)].Replace("\n", "\\n", StringComparison.Ordinal)}`";
}
