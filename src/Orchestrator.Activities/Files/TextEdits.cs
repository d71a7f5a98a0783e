namespace Orchestrator.Activities.Files;

/// <summary>Replacements in a text, collected against its original offsets and applied at once, so that everything untouched keeps its bytes.</summary>
internal sealed class TextEdits(string text)
{
    private readonly List<(int Start, int End, string With)> _edits = [];

    public string Text { get; } = text;

    /// <summary>The line end the text uses: CRLF when its first line ends so.</summary>
    public string LineEnd { get; } = text.IndexOf('\n', StringComparison.Ordinal) is > 0 and var at && text[at - 1] == '\r' ? "\r\n" : "\n";

    public void Replace(int start, int end, string with) => _edits.Add((start, end, with));

    public void Insert(int at, string with) => _edits.Add((at, at, with));

    /// <summary>Inserts whole lines (without their line ends) before the line that starts at <paramref name="at"/>, or at the end of the text.</summary>
    public void InsertLines(int at, params IEnumerable<string> lines)
    {
        var missingEnd = at == Text.Length && at > 0 && (_edits.LastOrDefault(edit => edit.End == at) is { With: not null } last
            ? !(last.With.Length > 0 ? last.With.EndsWith('\n') : last.Start == 0 || Text[last.Start - 1] == '\n')
            : Text[at - 1] != '\n');
        Insert(at, (missingEnd ? LineEnd : "") + string.Concat(lines.Select(line => line + LineEnd)));
    }

    /// <summary>Removes the whole lines that the span touches.</summary>
    public void RemoveLines(int start, int end) => Replace(LineStart(Text, start), NextLine(Text, end), "");

    /// <summary>The text with all edits; edits at one place keep the order in which they were made.</summary>
    public string Apply()
    {
        var result = new System.Text.StringBuilder();
        var from = 0;
        foreach (var (start, end, with) in _edits.OrderBy(edit => edit.Start))
        {
            result.Append(Text, from, start - from).Append(with);
            from = end;
        }

        return result.Append(Text, from, Text.Length - from).ToString();
    }

    public static int LineStart(string text, int at) => at == 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    /// <summary>The start of the line after the one that holds <paramref name="at"/>, or the end of the text.</summary>
    public static int NextLine(string text, int at) => text.IndexOf('\n', at) is >= 0 and var end ? end + 1 : text.Length;

    public static int LineNumber(string text, int at) => text.AsSpan(0, Math.Min(at, text.Length)).Count('\n') + 1;
}
