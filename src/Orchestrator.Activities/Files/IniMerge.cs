using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>
/// Puts values into an INI text, line by line: <c>{section: {key: text}}</c>, keys before the first section at the top level. Other lines keep their bytes. Keys and
/// sections compare without case; a null value removes its key. Comments start with <c>;</c> or <c>#</c>.
/// </summary>
internal static class IniMerge
{
    private sealed record Line(int Start, int End, string? Section, string? Key, string? Value, int ValueStart, int ValueEnd);

    public static MapValue Parse(string text)
    {
        var top = new OrderedDictionary<string, Value>();
        foreach (var line in Lines(text))
        {
            if (line.Key is null)
            {
                if (line.Section is not null) top.TryAdd(line.Section, Value.EmptyMap);
            }
            else if (line.Section is null) top[line.Key] = Value.Of(line.Value);
            else top[line.Section] = ((MapValue)top[line.Section]).With(line.Key, Value.Of(line.Value));
        }

        return Value.Map(top.Select(entry => (entry.Key, entry.Value)));
    }

    public static string Merge(string text, MapValue values)
    {
        var lines = Lines(text).ToArray();
        var edits = new TextEdits(text);
        foreach (var (key, value) in values.Entries.Where(entry => entry.Value is not MapValue)) Set(edits, lines, null, key, value);
        foreach (var (section, value) in values.Entries)
        {
            if (value is not MapValue map) continue;
            var name = lines.FirstOrDefault(line => line.Key is null && Same(line.Section, section))?.Section;
            if (name is null)
            {
                var added = map.Entries.Where(entry => !entry.Value.IsNull).Select(entry => $"{entry.Key} = {Render(entry.Value)}");
                edits.InsertLines(text.Length, [.. text.Trim().Length == 0 && values.Entries.Count == 1 ? (string[])[] : [""], $"[{section}]", .. added]);
                continue;
            }

            foreach (var (key, entry) in map.Entries) Set(edits, lines, name, key, entry);
        }

        return edits.Apply();
    }

    private static void Set(TextEdits edits, Line[] lines, string? section, string key, Value value)
    {
        // When a key stands twice most readers take the last one.
        var existing = lines.LastOrDefault(line => line.Key is not null && line.Section == section && Same(line.Key, key));
        if (value.IsNull)
        {
            foreach (var line in lines.Where(line => line.Key is not null && line.Section == section && Same(line.Key, key))) edits.Replace(line.Start, line.End, "");
        }
        else if (existing is null) edits.InsertLines(lines.LastOrDefault(line => line.Section == section)?.End ?? 0, $"{key} = {Render(value)}");
        else if (existing.Value != Render(value)) edits.Replace(existing.ValueStart, existing.ValueEnd, Render(value));
    }

    private static IEnumerable<Line> Lines(string text)
    {
        string? section = null;
        for (int start = 0, end; start < text.Length; start = end)
        {
            end = TextEdits.NextLine(text, start);
            var line = text[start..end].Trim();
            if (line.Length == 0 || line[0] is ';' or '#') continue;
            if (line[0] == '[')
            {
                if (line[^1] != ']' || line.Length < 3) throw Fail(text, start, $"`{line}` is no section: write `[name]`");
                yield return new Line(start, end, section = line[1..^1].Trim(), null, null, 0, 0);
                continue;
            }

            var equals = text.IndexOf('=', start, end - start);
            if (equals < 0) throw Fail(text, start, "neither a section, a comment nor `key = value`");
            if (text[start..equals].Trim().Length == 0) throw Fail(text, start, "there is no key before `=`");
            var raw = text[(equals + 1)..end];
            var value = raw.Trim();
            var valueStart = equals + 1 + (value.Length == 0 ? 0 : raw.Length - raw.TrimStart().Length);
            yield return new Line(start, end, section, text[start..equals].Trim(), value, valueStart, valueStart + value.Length);
        }
    }

    private static MergeException Fail(string text, int at, string problem) => new(TextEdits.LineNumber(text, at), problem);

    private static bool Same(string? one, string other) => string.Equals(one, other, StringComparison.OrdinalIgnoreCase);

    private static string Render(Value value)
    {
        var text = value switch
        {
            StringValue plain => plain.Text,
            BoolValue or NumberValue => value.ToString(),
            _ => throw new MergeException(1, $"INI holds text, numbers and booleans in one level of sections, not a {value.Kind.ToString().ToLowerInvariant()}", isConflict: true),
        };
        return text.Contains('\n', StringComparison.Ordinal) ? throw new MergeException(1, "an INI value stands on one line", isConflict: true) : text;
    }
}
