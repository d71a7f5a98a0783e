using System.Text;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Tests;

/// <summary>
/// Any edit of one character of a valid blueprint gives a valid blueprint, or a diagnostic whose range touches what was edited: the entry (key and value) or list
/// item around the edit, or its neighbour where the edit moved the border between them. And nothing ever throws.
/// </summary>
public sealed class EditTests
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
        for (var at = 0; at < text.Length; at++)
        {
            // Every character is deleted; the insertions and replacements are drawn, the same in every run.
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
        var (start, end) = Block(before, at);
        var spans = (diagnostic.Related ?? []).Select(related => related.Span).Append(diagnostic.Span);
        var grown = after.Length - before.Length;
        return spans.Any(span => span.Offset <= end + grown + 1 && span.End >= start - 1);
    }

    // The nearest surroundings that a reader would call "there": the entry or item with the edited line in it, and the lines next to it.
    private static (int Start, int End) Block(string text, int at)
    {
        var source = new SourceText(text);
        var line = source.LineAt(at);
        var (first, last) = (line, line);
        var indent = Indent(source, line);
        while (first > 1 && (Indent(source, first) >= indent && !source.Line(first).TrimStart().StartsWith("- ", StringComparison.Ordinal) || source.Line(first).Length == 0)) first--;
        while (last < source.LineCount && (Indent(source, last + 1) > indent || source.Line(last + 1).Length == 0)) last++;
        last = Math.Min(source.LineCount, last + 1);
        return (source.LineStart(Math.Max(1, first)), source.LineEnd(last));
    }

    private static int Indent(SourceText source, int line) => source.Line(line).Length - source.Line(line).TrimStart().Length;

    private static int Line(string text, int at) => text.AsSpan(0, at).Count('\n') + 1;

    private static string Show(string text, int at) =>
        $"`{text[Math.Max(0, at - 12)..Math.Min(text.Length, at + 12)].Replace("\n", "\\n", StringComparison.Ordinal)}`";
}
