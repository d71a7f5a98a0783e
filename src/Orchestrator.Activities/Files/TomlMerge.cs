using System.Text;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>Puts values into a TOML text; keys not named, comments and order keep their bytes. A null value removes its key.</summary>
internal sealed class TomlMerge
{
    private readonly TomlNode _root;
    private readonly TextEdits _edits;
    private readonly List<string> _appended = [];

    private TomlMerge(string text) => (_root, _edits) = (TomlParser.Parse(text), new TextEdits(text));

    public static string Merge(string text, MapValue values)
    {
        var merge = new TomlMerge(text);
        merge.Into(merge._root, values);
        if (merge._appended.Count > 0)
            merge._edits.InsertLines(text.Length, text.Trim().Length == 0 ? merge._appended.Skip(1) : merge._appended);
        return merge._edits.Apply();
    }

    private void Into(TomlNode table, MapValue values)
    {
        var lines = new List<string>();
        var sections = new List<(IReadOnlyList<string> Path, MapValue Values)>();
        foreach (var (key, value) in values.Entries)
        {
            if (table.Children.TryGetValue(key, out var child)) Change(child, value);
            else if (value.IsNull) continue;
            else if (value is MapValue map && table.Kind != TomlKind.Dotted) sections.Add(([.. table.Path, key], map));
            else lines.Add($"{Prefix(table)}{Key(key)} = {Render(value)}");
        }

        if (lines.Count > 0) Insert(table, lines);
        foreach (var (path, map) in sections) Append(path, map);
    }

    private void Change(TomlNode node, Value value)
    {
        var line = TextEdits.LineNumber(_edits.Text, node.KeyStart);
        var name = string.Join('.', node.Path);
        switch (node.Kind)
        {
            case TomlKind.Value or TomlKind.Inline when value.IsNull:
                _edits.RemoveLines(node.KeyStart, node.End);
                break;
            case TomlKind.Value when value is MapValue:
                throw new MergeException(line, $"`{name}` is a value in the file and a table in the input", isConflict: true);
            case TomlKind.Value:
                if (!node.Value!.Equals(value)) _edits.Replace(node.Start, node.End, Render(value));
                break;
            case TomlKind.Inline when value is MapValue map:
                var merged = Merged(node.ToValue(), map);
                if (!merged.Equals(node.ToValue())) _edits.Replace(node.Start, node.End, Render(merged));
                break;
            case TomlKind.Tables:
                if (!node.ToValue().Equals(value)) throw new MergeException(line, $"`{name}` is an array of tables in the file; it cannot be changed by a merge", isConflict: true);
                break;
            case TomlKind.Header or TomlKind.Dotted or TomlKind.Implicit when value is MapValue map:
                Into(node, map);
                break;
            default:
                throw new MergeException(line, $"`{name}` is a table in the file and {(value.IsNull ? "cannot be removed as a whole" : "a value in the input")}", isConflict: true);
        }
    }

    private void Insert(TomlNode table, List<string> lines)
    {
        if (table.Kind == TomlKind.Implicit)
        {
            _appended.AddRange(["", $"[{Path(table.Path)}]", .. lines]);
            return;
        }

        if (table.End >= 0)
        {
            _edits.InsertLines(table.End, lines);
            return;
        }

        // The root without a key: before the first header and the comment that stands right above it.
        if (table.Children.Count == 0) _edits.InsertLines(_edits.Text.Length, lines);
        else _edits.InsertLines(AboveComments(table.Children.Values.Min(FirstHeader)), [.. lines, ""]);
    }

    private static int FirstHeader(TomlNode node) =>
        node.Kind == TomlKind.Tables ? node.Items[0].KeyStart : node.KeyStart;

    private int AboveComments(int header)
    {
        var at = TextEdits.LineStart(_edits.Text, header);
        while (at > 0)
        {
            var above = TextEdits.LineStart(_edits.Text, at - 1);
            if (!_edits.Text[above..at].TrimStart().StartsWith('#')) break;
            at = above;
        }

        return at;
    }

    private void Append(IReadOnlyList<string> path, MapValue values)
    {
        var own = values.Entries.Where(entry => entry.Value is not (MapValue or NullValue)).Select(entry => $"{Key(entry.Key)} = {Render(entry.Value)}").ToArray();
        var below = values.Entries.Where(entry => entry.Value is MapValue).ToArray();
        if (own.Length > 0 || below.Length == 0) _appended.AddRange(["", $"[{Path(path)}]", .. own]);
        foreach (var (key, value) in below) Append([.. path, key], (MapValue)value);
    }

    private static string Prefix(TomlNode table) =>
        table.Kind == TomlKind.Dotted ? Path(table.Path.Skip(table.Section!.Path.Count)) + "." : "";

    private static MapValue Merged(Value old, MapValue values) => MergedValues.Of(old as MapValue ?? Value.EmptyMap, values);

    private static string Path(IEnumerable<string> path) => string.Join('.', path.Select(Key));

    private static string Key(string key) => key.Length > 0 && key.All(c => char.IsAsciiLetterOrDigit(c) || c is '_' or '-') ? key : Quote(key);

    private static string Render(Value value) => value switch
    {
        StringValue text => Quote(text.Text),
        SecretValue secret => Quote(secret.Secret.Reveal()),
        BoolValue flag => flag.Flag ? "true" : "false",
        NumberValue { Number: var number } when double.IsNaN(number) => "nan",
        NumberValue { Number: var number } when double.IsInfinity(number) => number > 0 ? "inf" : "-inf",
        NumberValue number => number.ToText(),
        ListValue list => $"[{string.Join(", ", list.Items.Select(Render))}]",
        MapValue { Entries.Count: 0 } => "{}",
        MapValue map => $"{{ {string.Join(", ", map.Entries.Where(entry => !entry.Value.IsNull).Select(entry => $"{Key(entry.Key)} = {Render(entry.Value)}"))} }}",
        _ => throw new MergeException(1, "TOML has no null inside a list", isConflict: true),
    };

    private static string Quote(string text)
    {
        var result = new StringBuilder("\"");
        foreach (var c in text)
        {
            var index = "\b\t\n\f\r\"\\".IndexOf(c, StringComparison.Ordinal);
            if (index >= 0) result.Append('\\').Append("btnfr\"\\"[index]);
            else if (char.IsControl(c)) result.Append(System.Globalization.CultureInfo.InvariantCulture, $"\\u{(int)c:X4}");
            else result.Append(c);
        }

        return result.Append('"').ToString();
    }
}
