using System.Text;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>A list of which at least one item must be evaluated.</summary>
public sealed record ArrayExpr : Expr
{
    private ArrayExpr(IReadOnlyList<Expr> items) => Items = items;

    /// <summary>The items.</summary>
    public IReadOnlyList<Expr> Items { get; }

    /// <inheritdoc/>
    public override IEnumerable<Expr> Children => Items;

    internal override Precedence Precedence => Precedence.Atom;

    /// <inheritdoc/>
    public bool Equals(ArrayExpr? other) => base.Equals(other) && Items.SequenceEqual(other.Items);

    /// <inheritdoc/>
    public override int GetHashCode() => HashOf(Items);

    internal static Expr Of(IReadOnlyList<Expr> items, SourceSpan span) =>
        items.All(item => item is ConstantExpr)
            ? new ConstantExpr(Value.List(items.Select(item => ((ConstantExpr)item).Value))) { Span = span, Written = new ArrayExpr(items) { Span = span } }
            : new ArrayExpr(items) { Span = span };

    internal override Value Evaluate(Evaluation evaluation)
    {
        evaluation.Step();
        var values = new Value[Items.Count];
        for (var i = 0; i < values.Length; i++) values[i] = Items[i].Evaluate(evaluation);
        return Evaluation.Bounded(this, new ListValue(values));
    }

    internal override void Print(StringBuilder text)
    {
        text.Append('[');
        PrintList(text, Items);
        text.Append(']');
    }
}

/// <summary>A map of which at least one value must be evaluated.</summary>
public sealed record ObjectExpr : Expr
{
    private ObjectExpr(IReadOnlyList<ObjectEntry> entries) => Entries = entries;

    /// <summary>The entries, in order.</summary>
    public IReadOnlyList<ObjectEntry> Entries { get; }

    /// <inheritdoc/>
    public override IEnumerable<Expr> Children => Entries.Select(entry => entry.Value);

    internal override Precedence Precedence => Precedence.Atom;

    /// <inheritdoc/>
    public bool Equals(ObjectExpr? other) => base.Equals(other) && Entries.SequenceEqual(other.Entries);

    /// <inheritdoc/>
    public override int GetHashCode() => Entries.Aggregate(Entries.Count, HashCode.Combine);

    internal static Expr Of(IReadOnlyList<ObjectEntry> entries, SourceSpan span) =>
        entries.All(entry => entry.Value is ConstantExpr)
            ? new ConstantExpr(Value.Map(entries.Select(entry => (entry.Key, ((ConstantExpr)entry.Value).Value)))) { Span = span, Written = new ObjectExpr(entries) { Span = span } }
            : new ObjectExpr(entries) { Span = span };

    internal override Value Evaluate(Evaluation evaluation)
    {
        evaluation.Step();
        var values = new KeyValuePair<string, Value>[Entries.Count];
        for (var i = 0; i < values.Length; i++) values[i] = new(Entries[i].Key, Entries[i].Value.Evaluate(evaluation));
        return Evaluation.Bounded(this, new MapValue(values));
    }

    internal override void Print(StringBuilder text)
    {
        text.Append('{');
        for (var i = 0; i < Entries.Count; i++)
        {
            if (i > 0) text.Append(", ");
            Literals.PrintKey(text, Entries[i].Key);
            text.Append(": ");
            Entries[i].Value.Print(text);
        }

        text.Append('}');
    }
}

/// <summary>An entry of an <see cref="ObjectExpr"/>.</summary>
public sealed record ObjectEntry(string Key, Expr Value)
{
    /// <summary>Where the key stands in the blueprint; default when it was not parsed from one. Not part of equality.</summary>
    public SourceSpan KeySpan { get; init; }

    /// <inheritdoc/>
    public bool Equals(ObjectEntry? other) => other is not null && Key == other.Key && Value.Equals(other.Value);

    /// <inheritdoc/>
    public override int GetHashCode() => HashCode.Combine(Key, Value);
}

/// <summary>Text with parts that must be evaluated. Constant string parts are the text between them; no two of those stand side by side.</summary>
public sealed record TemplateExpr : Expr
{
    private TemplateExpr(IReadOnlyList<Expr> parts) => Parts = parts;

    /// <summary>The parts, in order; at least one.</summary>
    public IReadOnlyList<Expr> Parts { get; }

    /// <inheritdoc/>
    public override IEnumerable<Expr> Children => Parts;

    internal override Precedence Precedence => Precedence.Atom;

    /// <inheritdoc/>
    public bool Equals(TemplateExpr? other) => base.Equals(other) && Parts.SequenceEqual(other.Parts);

    /// <inheritdoc/>
    public override int GetHashCode() => HashOf(Parts);

    internal static Expr Of(IReadOnlyList<Expr> parts, SourceSpan span)
    {
        var merged = new List<Expr>();
        foreach (var part in parts)
        {
            // A constant that cannot be text (null, a secret) stays a part, so that evaluating it says what is wrong.
            if (part is not ConstantExpr { Value: var value } || value is NullValue || value.HasSecret || value.HasUnknown)
            {
                merged.Add(part);
                continue;
            }

            var text = Operators.TextOf(value);
            if (merged is [.., ConstantExpr { Value: StringValue before } last])
                merged[^1] = last with { Value = Value.Of(before.Text + text) };
            else if (text.Length > 0)
                merged.Add(new ConstantExpr(Value.Of(text)) { Span = part.Span });
        }

        return merged switch
        {
            [] => new ConstantExpr(Value.Of("")) { Span = span },
            [ConstantExpr { Value: StringValue } text] => text with { Span = span },
            _ => new TemplateExpr(merged) { Span = span },
        };
    }

    internal override Value Evaluate(Evaluation evaluation)
    {
        evaluation.Step();
        var values = new Value[Parts.Count];
        for (var i = 0; i < values.Length; i++) values[i] = Parts[i].Evaluate(evaluation);
        return Operators.Concatenate(this, Parts, values);
    }

    internal override void Print(StringBuilder text)
    {
        text.Append('`');
        foreach (var part in Parts)
        {
            if (part is ConstantExpr { Value: StringValue chunk })
            {
                Literals.PrintTemplateText(text, chunk.Text);
                continue;
            }

            text.Append("${");
            part.Print(text);
            text.Append('}');
        }

        text.Append('`');
    }
}
