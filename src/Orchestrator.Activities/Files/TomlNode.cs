using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Files;

/// <summary>A key of a TOML document with what it holds and where it stands in the text, so that one value can be replaced without touching the rest.</summary>
internal sealed class TomlNode(TomlKind kind, IReadOnlyList<string> path)
{
    /// <summary>How it came to be; an implicit table becomes a header table when its own header follows.</summary>
    public TomlKind Kind { get; set; } = kind;

    /// <summary>Keys from the root; empty for the root.</summary>
    public IReadOnlyList<string> Path { get; } = path;

    /// <summary>The keys below; empty for a value.</summary>
    public OrderedDictionary<string, TomlNode> Children { get; } = [];

    /// <summary>The tables of an array of tables; empty for the other kinds.</summary>
    public List<TomlNode> Items { get; } = [];

    /// <summary>The value; null for tables.</summary>
    public Value? Value { get; init; }

    /// <summary>Offset of the key (or of a header's bracket).</summary>
    public int KeyStart { get; set; }

    /// <summary>Offset of the value.</summary>
    public int Start { get; init; }

    /// <summary>For a value or inline table the offset after it; for a table the start of the line where its next key goes.</summary>
    public int End { get; set; }

    /// <summary>For a table made by dotted keys: the table under whose header those keys stand.</summary>
    public TomlNode? Section { get; init; }

    public Value ToValue() => Kind switch
    {
        TomlKind.Value => Value!,
        TomlKind.Tables => Value.List(Items.Select(item => item.ToValue())),
        _ => Value.Map(Children.Select(child => (child.Key, child.Value.ToValue()))),
    };
}

/// <summary>What a key holds.</summary>
internal enum TomlKind
{
    /// <summary>A string, number, boolean, date or array.</summary>
    Value,

    /// <summary><c>{ a = 1 }</c>.</summary>
    Inline,

    /// <summary><c>[a]</c>, and the root.</summary>
    Header,

    /// <summary>Made by <c>a.b = 1</c>.</summary>
    Dotted,

    /// <summary>Made by <c>[a.b]</c> for <c>a</c>.</summary>
    Implicit,

    /// <summary><c>[[a]]</c>.</summary>
    Tables,
}
