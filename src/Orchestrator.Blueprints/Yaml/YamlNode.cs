using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Yaml;

/// <summary>A node of the YAML text as written. Spans cover the node without the comments and blanks around it.</summary>
internal abstract class YamlNode(SourceSpan span)
{
    public SourceSpan Span { get; } = span;

    /// <summary>What it is, for messages: <c>a map</c>, <c>a list</c>, <c>a number</c> …</summary>
    public abstract string Describe();
}

/// <summary>A key and its value. In a mapping of the text, keys are unique and plain text.</summary>
internal sealed record YamlEntry(YamlScalar Key, YamlNode Value)
{
    public string Name => Key.Text;
}

/// <summary>A mapping, entries in order of the text; of two entries with one key only the first is kept (the second was reported).</summary>
internal sealed class YamlMapping(SourceSpan span, IReadOnlyList<YamlEntry> entries) : YamlNode(span)
{
    public IReadOnlyList<YamlEntry> Entries { get; } = entries;

    public YamlEntry? Find(string name) => Entries.FirstOrDefault(entry => entry.Name == name);

    public YamlNode? this[string name] => Find(name)?.Value;

    public override string Describe() => "a map";
}

/// <summary>A sequence.</summary>
internal sealed class YamlSequence(SourceSpan span, IReadOnlyList<YamlNode> items) : YamlNode(span)
{
    public IReadOnlyList<YamlNode> Items { get; } = items;

    public override string Describe() => "a list";
}

/// <summary>How a scalar is written.</summary>
internal enum YamlStyle
{
    Plain,
    SingleQuoted,
    DoubleQuoted,
    Literal,
    Folded,
}

/// <summary>A scalar: its text after quotes, escapes and folding, and where each of its characters stands in the source.</summary>
internal sealed class YamlScalar(SourceText source, SourceSpan span, string text, YamlStyle style, int[]? offsets) : YamlNode(span)
{
    private Value? _value;

    /// <summary>The text, decoded.</summary>
    public string Text { get; } = text;

    public YamlStyle Style { get; } = style;

    public SourceText Source => source;

    /// <summary>The value in YAML 1.2's core schema; a quoted or block scalar is always text.</summary>
    public Value Value => _value ??= Style == YamlStyle.Plain ? CoreScalars.Resolve(Text) : Value.Of(Text);

    public bool IsNull => Value.IsNull;

    /// <summary>Where a stretch of <see cref="Text"/> stands in the source, as exact as escapes and folding let it be.</summary>
    public SourceSpan SpanOf(int start, int length)
    {
        if (offsets is null) return Span;
        start = Math.Clamp(start, 0, Text.Length);
        var end = Math.Clamp(start + length, start, Text.Length);
        var from = start < offsets.Length ? offsets[start] : Span.End;
        return source.Between(from, end > start ? EndOf(end - 1) : from);
    }

    public override string Describe() => Value.Kind switch
    {
        ValueKind.Null => "nothing",
        ValueKind.Bool => "true or false",
        ValueKind.Number => "a number",
        _ => "text",
    };

    // The end of a character is where the next begins, unless a fold or an escape lies between: then it is one source character long, or the whole escape.
    private int EndOf(int index)
    {
        var from = offsets![index];
        if (Style == YamlStyle.DoubleQuoted && source.Text[from] == '\\' && index + 1 < offsets.Length) return offsets[index + 1];
        if (Style == YamlStyle.SingleQuoted && source.Text[from] == '\'') return from + 2;
        return from + 1;
    }
}
