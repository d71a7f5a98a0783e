using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>
/// Reads TOML 1.0 into a tree that knows offsets. Dates and times are kept as their text. Throws <see cref="MergeException"/> with the line of the first mistake.
/// </summary>
internal sealed class TomlParser
{
    private readonly TomlScanner _scan;
    private readonly TomlNode _root = new(TomlKind.Header, []);

    private TomlParser(string text) => _scan = new TomlScanner(text);

    public static TomlNode Parse(string text) => new TomlParser(text).Document();

    private TomlNode Document()
    {
        var table = _root;
        _root.End = -1; // no key yet: TomlMerge finds the place
        while (_scan.SkipToStatement())
        {
            if (_scan.Current == '[')
            {
                table = Header();
                _scan.EndOfLine();
                table.End = TextEdits.NextLine(_scan.Text, _scan.Position);
            }
            else
            {
                KeyValue(table, table);
                _scan.EndOfLine();
                table.End = TextEdits.NextLine(_scan.Text, _scan.Position);
            }
        }

        return _root;
    }

    private TomlNode Header()
    {
        var start = _scan.Position;
        _scan.Expect('[');
        var isArray = _scan.Take('[');
        var keys = _scan.DottedKey();
        _scan.Expect(']');
        if (isArray) _scan.Expect(']');
        var parent = keys[..^1].Aggregate(_root, (node, key) => Through(node, key, start));
        var last = keys[^1];
        var existing = parent.Children.GetValueOrDefault(last);
        if (isArray)
        {
            if (existing is { Kind: not TomlKind.Tables }) throw _scan.Fail(start, $"`{string.Join('.', keys)}` is already something else than an array of tables");
            existing ??= parent.Children[last] = new TomlNode(TomlKind.Tables, [.. parent.Path, last]) { KeyStart = start };
            var item = new TomlNode(TomlKind.Header, existing.Path) { KeyStart = start };
            existing.Items.Add(item);
            return item;
        }

        if (existing is null) return parent.Children[last] = new TomlNode(TomlKind.Header, [.. parent.Path, last]) { KeyStart = start };
        if (existing.Kind != TomlKind.Implicit) throw _scan.Fail(start, $"`{string.Join('.', keys)}` is defined twice");
        (existing.Kind, existing.KeyStart) = (TomlKind.Header, start);
        return existing;
    }

    private TomlNode Through(TomlNode node, string key, int at)
    {
        if (!node.Children.TryGetValue(key, out var child))
            return node.Children[key] = new TomlNode(TomlKind.Implicit, [.. node.Path, key]) { KeyStart = at };
        return child.Kind switch
        {
            TomlKind.Tables => child.Items[^1],
            TomlKind.Header or TomlKind.Implicit or TomlKind.Dotted => child,
            _ => throw _scan.Fail(at, $"`{string.Join('.', child.Path)}` is a value, not a table"),
        };
    }

    /// <param name="table">Where the keys go.</param>
    /// <param name="section">The table whose header they stand under; null inside an inline table.</param>
    private void KeyValue(TomlNode table, TomlNode? section)
    {
        var start = _scan.Position;
        var keys = _scan.DottedKey();
        _scan.Expect('=');
        var dotted = new List<TomlNode>();
        foreach (var key in keys[..^1])
        {
            if (!table.Children.TryGetValue(key, out var next))
                table.Children[key] = next = new TomlNode(TomlKind.Dotted, [.. table.Path, key]) { KeyStart = start, Section = section };
            if (next.Kind != TomlKind.Dotted || next.Section != section)
                throw _scan.Fail(start, $"`{string.Join('.', next.Path)}` is already defined and cannot be extended here");
            dotted.Add(table = next);
        }

        if (table.Children.ContainsKey(keys[^1])) throw _scan.Fail(start, $"`{string.Join('.', (string[])[.. table.Path, keys[^1]])}` is defined twice");
        table.Children[keys[^1]] = ValueNode([.. table.Path, keys[^1]], start);
        foreach (var node in dotted) node.End = TextEdits.NextLine(_scan.Text, _scan.Position);
    }

    private TomlNode ValueNode(string[] path, int keyStart)
    {
        _scan.SkipBlanks();
        var start = _scan.Position;
        if (_scan.Current != '{')
        {
            var value = ReadValue(0);
            return new TomlNode(TomlKind.Value, path) { KeyStart = keyStart, Start = start, End = _scan.Position, Value = value };
        }

        var table = InlineTable(path, keyStart);
        table.End = _scan.Position;
        return table;
    }

    private TomlNode InlineTable(string[] path, int keyStart)
    {
        var table = new TomlNode(TomlKind.Inline, path) { KeyStart = keyStart, Start = _scan.Position };
        _scan.Expect('{');
        if (_scan.Take('}')) return table;
        do
        {
            _scan.SkipBlanks();
            KeyValue(table, null);
        }
        while (_scan.Take(','));
        _scan.Expect('}');
        return table;
    }

    private Value ReadValue(int depth)
    {
        if (depth > 64) throw _scan.Fail(_scan.Position, "arrays are nested deeper than 64");
        _scan.SkipBlanks();
        if (_scan.Current == '{') return InlineTable([], _scan.Position).ToValue();
        if (_scan.Current != '[') return _scan.Scalar();
        _scan.Expect('[');
        var items = new List<Value>();
        for (_scan.SkipLines(); !_scan.Take(']'); _scan.SkipLines())
        {
            items.Add(ReadValue(depth + 1));
            _scan.SkipLines();
            if (_scan.Take(',')) continue;
            _scan.Expect(']');
            break;
        }

        return Value.List(items);
    }
}
