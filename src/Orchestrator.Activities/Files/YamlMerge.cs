using System.Globalization;
using System.Text.RegularExpressions;
using Orchestrator.Model.Values;
using YamlDotNet.Core;
using YamlDotNet.Core.Events;
using YamlDotNet.RepresentationModel;

namespace Orchestrator.Activities.Files;

/// <summary>
/// Puts values into a YAML text by editing the spans of its nodes, so other keys, comments and order keep their bytes. One document, a map at the top, no anchors on what
/// is changed. A list or a multi-line text that differs is replaced whole; a null value removes its key.
/// </summary>
internal sealed partial class YamlMerge
{
    private readonly TextEdits _edits;
    private readonly Dictionary<int, int> _flowEnds;

    private YamlMerge(string text) => (_edits, _flowEnds) = (new TextEdits(text), FlowEnds(text));

    public static MapValue Parse(string text) => Root(text) is { } root ? (MapValue)ValueOf(root, 0) : Value.EmptyMap;

    public static string Merge(string text, MapValue values)
    {
        var root = Root(text);
        var merge = new YamlMerge(text);
        if (root is null) merge._edits.InsertLines(text.Length, Lines(MergedValues.Of(Value.EmptyMap, values), 0));
        else merge.Into(root, values);
        return merge._edits.Apply();
    }

    private static YamlMappingNode? Root(string text)
    {
        var stream = new YamlStream();
        try
        {
            stream.Load(new StringReader(text));
        }
        catch (YamlException problem)
        {
            throw new MergeException((int)problem.Start.Line, problem.InnerException?.Message ?? problem.Message);
        }
        catch (InvalidOperationException)
        {
            throw new MergeException(1, "the file is no YAML (a bracket is not closed)"); // the parser gives no position for this mistake
        }

        if (stream.Documents.Count > 1) throw new MergeException((int)stream.Documents[1].RootNode.Start.Line, "the file holds more than one document");
        return stream.Documents.Count == 0 || stream.Documents[0].RootNode is YamlScalarNode { Value: null or "" }
            ? null
            : stream.Documents[0].RootNode as YamlMappingNode ?? throw new MergeException((int)stream.Documents[0].RootNode.Start.Line, "the file holds no map");
    }

    private void Into(YamlMappingNode map, MapValue values)
    {
        if (map.Style == MappingStyle.Flow)
        {
            var merged = MergedValues.Of((MapValue)ValueOf(map, 0), values);
            if (!merged.Equals(ValueOf(map, 0))) _edits.Replace((int)map.Start.Index, EndOf(map), Flow(merged));
            return;
        }

        var indent = (int)map.Children.First().Key.Start.Column - 1;
        var added = Value.EmptyMap;
        foreach (var (key, value) in values.Entries)
        {
            var (node, child) = map.Children.FirstOrDefault(entry => entry.Key is YamlScalarNode scalar && scalar.Value == key);
            if (node is null) added = value.IsNull ? added : added.With(key, value);
            else if (value.IsNull) Remove(map, node, child);
            else if (value is MapValue nested && child is YamlMappingNode below) Into(below, nested);
            else if (!ValueOf(child, 0).Equals(value)) Replace(node, child, value, indent);
        }

        if (added.Entries.Count > 0) _edits.InsertLines(TextEdits.NextLine(_edits.Text, LastCharacter(map)), Lines(MergedValues.Of(Value.EmptyMap, added), indent));
    }

    private void Remove(YamlMappingNode map, YamlNode key, YamlNode child)
    {
        if (map.Children.Count == 1 || InSequenceItem(key)) throw new MergeException((int)key.Start.Line, $"`{key}` is the only or first key there and cannot be removed by a merge", isConflict: true);
        _edits.RemoveLines((int)key.Start.Index, LastCharacter(child));
    }

    private void Replace(YamlNode key, YamlNode child, Value value, int indent)
    {
        if (child is YamlMappingNode) throw new MergeException((int)key.Start.Line, $"`{key}` is a map in the file and a value in the input", isConflict: true);
        if (!child.Anchor.IsEmpty) throw new MergeException((int)child.Start.Line, $"`{key}` has an anchor and cannot be changed by a merge", isConflict: true);
        var isOneLine = child is YamlScalarNode { Style: not (ScalarStyle.Literal or ScalarStyle.Folded) } or YamlSequenceNode { Style: SequenceStyle.Flow }
            && !_edits.Text[(int)child.Start.Index..EndOf(child)].Contains('\n', StringComparison.Ordinal);
        if (isOneLine && value is not MapValue)
        {
            var text = value is ListValue ? Flow(value) : Scalar(value);
            var isEmpty = child is YamlScalarNode && child.Start.Index == child.End.Index; // `key:` without a value
            var at = isEmpty ? (int)key.End.Index + 1 : (int)child.Start.Index;
            _edits.Replace(at, isEmpty ? at : EndOf(child), isEmpty ? " " + text : text);
            return;
        }

        var start = TextEdits.LineStart(_edits.Text, (int)key.Start.Index);
        if (_edits.Text[start..(int)key.Start.Index].Trim().Length > 0) throw new MergeException((int)key.Start.Line, $"`{key}` cannot be changed by a merge: it stands first in a list item", isConflict: true);
        _edits.Replace(start, TextEdits.NextLine(_edits.Text, LastCharacter(child)), string.Concat(Lines(Value.Map((((YamlScalarNode)key).Value!, value)), indent).Select(line => line + _edits.LineEnd)));
    }

    private bool InSequenceItem(YamlNode key) =>
        _edits.Text[TextEdits.LineStart(_edits.Text, (int)key.Start.Index)..(int)key.Start.Index].Trim().Length > 0;

    /// <summary>Offset of the last character that belongs to a node: block nodes end, for the parser, where the next token starts.</summary>
    private int LastCharacter(YamlNode node)
    {
        switch (node)
        {
            case YamlMappingNode { Style: not MappingStyle.Flow, Children.Count: > 0 } map:
                var (key, value) = map.Children.Last();
                return Math.Max((int)key.End.Index, LastCharacter(value));
            case YamlSequenceNode { Style: not SequenceStyle.Flow, Children.Count: > 0 } list:
                return LastCharacter(list.Children[^1]);
            default:
                var last = Math.Max((int)node.Start.Index, EndOf(node) - 1);
                if (node is YamlScalarNode { Style: ScalarStyle.Literal or ScalarStyle.Folded })
                    while (char.IsWhiteSpace(_edits.Text[last])) last--;
                return last;
        }
    }

    private int EndOf(YamlNode node) => _flowEnds.GetValueOrDefault((int)node.Start.Index, (int)node.End.Index);

    /// <summary>Where each <c>[…]</c> and <c>{…}</c> ends, by its start: the tree only knows where they begin, and the parser points before the bracket.</summary>
    private static Dictionary<int, int> FlowEnds(string text)
    {
        var (ends, open) = (new Dictionary<int, int>(), new Stack<ParsingEvent>());
        var parser = new Parser(new StringReader(text));
        while (parser.MoveNext())
        {
            if (parser.Current is MappingStart or SequenceStart) open.Push(parser.Current);
            if (parser.Current is not (MappingEnd or SequenceEnd)) continue;
            var start = open.Pop();
            if (start is MappingStart { Style: MappingStyle.Flow } or SequenceStart { Style: SequenceStyle.Flow }) ends[(int)start.Start.Index] = text.AsSpan((int)parser.Current.End.Index).IndexOfAny('}', ']') + (int)parser.Current.End.Index + 1;
        }

        return ends;
    }

    private static Value ValueOf(YamlNode node, int depth)
    {
        if (depth > 64) throw new MergeException((int)node.Start.Line, "the file is nested deeper than 64");
        return node switch
        {
            YamlMappingNode map => Value.Map(map.Children.Select(entry => ((entry.Key as YamlScalarNode)?.Value ?? entry.Key.ToString(), ValueOf(entry.Value, depth + 1)))),
            YamlSequenceNode list => Value.List(list.Children.Select(item => ValueOf(item, depth + 1))),
            YamlScalarNode { Style: ScalarStyle.Plain } plain => Plain(plain.Value ?? ""),
            _ => Value.Of(((YamlScalarNode)node).Value),
        };
    }

    private static Value Plain(string text) => text switch
    {
        "" or "~" or "null" or "Null" or "NULL" => Value.Null,
        "true" or "True" or "TRUE" => Value.Of(true),
        "false" or "False" or "FALSE" => Value.Of(false),
        _ when Number().IsMatch(text) => Value.Of(double.Parse(text, CultureInfo.InvariantCulture)),
        _ => Value.Of(text),
    };

    private static IEnumerable<string> Lines(Value value, int indent)
    {
        var blanks = new string(' ', indent);
        return value switch
        {
            MapValue map => map.Entries.SelectMany(entry => entry.Value switch
            {
                MapValue { Entries.Count: > 0 } => [$"{blanks}{Key(entry.Key)}:", .. Lines(entry.Value, indent + 2)],
                ListValue { Items.Count: > 0 } list => [$"{blanks}{Key(entry.Key)}:", .. list.Items.Select(item => $"{blanks}  - {Flow(item)}")],
                _ => (IEnumerable<string>)[$"{blanks}{Key(entry.Key)}: {Flow(entry.Value)}"],
            }),
            _ => [blanks + Flow(value)],
        };
    }

    private static string Flow(Value value) => value switch
    {
        MapValue map => $"{{{string.Join(", ", map.Entries.Select(entry => $"{Key(entry.Key)}: {Flow(entry.Value)}"))}}}",
        ListValue list => $"[{string.Join(", ", list.Items.Select(Flow))}]",
        _ => Scalar(value),
    };

    private static string Key(string key) => Scalar(Value.Of(key));

    private static string Scalar(Value value) =>
        value is StringValue { Text: var text } && Safe().IsMatch(text) && Plain(text) is StringValue && !Yaml11().IsMatch(text) ? text : PlainJson.Serialize(value);

    [GeneratedRegex(@"^[-+]?(?:\.\d+|\d+(?:\.\d*)?)(?:[eE][-+]?\d+)?$")]
    private static partial Regex Number();

    // What needs no quotes anywhere, also inside [] and {}. Everything else is written as a JSON string, which is YAML too.
    [GeneratedRegex(@"^[A-Za-z0-9_/.][A-Za-z0-9_./@+\-]*(?: [A-Za-z0-9_./@+\-]+)*$")]
    private static partial Regex Safe();

    // Older readers take these for booleans, octal numbers or times.
    [GeneratedRegex(@"^(?:y|n|yes|no|on|off|0[0-9]+|0[xob][0-9a-f]+|\d[\d_:.\-]*)$", RegexOptions.IgnoreCase)]
    private static partial Regex Yaml11();
}
