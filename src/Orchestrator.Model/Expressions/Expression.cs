using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>
/// A parsed expression: what stands between <c>${{</c> and <c>}}</c>, a whole value with such pieces in it (which becomes a template
/// string, a list or an object of expressions), or a constant. Immutable and pure: the same context gives the same value.
/// </summary>
public sealed class Expression : IEquatable<Expression>
{
    internal Expression(Expr root) => Root = root;

    /// <summary>The syntax tree.</summary>
    public Expr Root { get; }

    /// <summary>True when it is the same value in every context.</summary>
    public bool IsConstant => Root is ConstantExpr;

    /// <summary>The value of a constant; null for other expressions.</summary>
    public Value? ConstantValue => (Root as ConstantExpr)?.Value;

    /// <summary>Where it stands in the blueprint; default when it was not parsed from one.</summary>
    public SourceSpan Span => Root.Span;

    /// <summary>Parses source text that is known to be right; throws <see cref="FormatException"/> with the first mistake otherwise.</summary>
    public static Expression Parse(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var parsed = ExpressionParser.Parse(text, (start, length) => new SourceSpan(1, start + 1, start, length), diagnostics);
        return parsed is not null && diagnostics.Count == 0
            ? parsed
            : throw new FormatException($"{diagnostics[0].Span}: {diagnostics[0].Code} {diagnostics[0].Message}");
    }

    /// <summary>An expression that is always <paramref name="value"/>.</summary>
    public static Expression Constant(Value value) => new(new ConstantExpr(value));

    /// <summary>A map whose values are expressions; constant when all of them are. A later entry with the same key replaces the earlier one.</summary>
    public static Expression Object(IEnumerable<(string Key, Expression Value)> entries) =>
        Object(entries.Select(entry => (entry.Key, default(SourceSpan), entry.Value)));

    /// <summary>Likewise, with the places of the keys for messages.</summary>
    public static Expression Object(IEnumerable<(string Key, SourceSpan KeySpan, Expression Value)> entries) =>
        new(ObjectExpr.Of([.. entries.Select(entry => new ObjectEntry(entry.Key, entry.Value.Root) { KeySpan = entry.KeySpan })], default));

    /// <summary>A list of expressions; constant when all of them are.</summary>
    public static Expression Array(IEnumerable<Expression> items) => new(ArrayExpr.Of([.. items.Select(item => item.Root)], default));

    /// <summary>Text made of parts: constant parts stand for their text, the others are put in as text when evaluated. Constant when all parts are.</summary>
    public static Expression Template(IEnumerable<Expression> parts) => new(TemplateExpr.Of([.. parts.Select(part => part.Root)], default));

    /// <summary>The same expression at a place in the blueprint.</summary>
    public Expression At(SourceSpan span) => new(Root with { Span = span });

    /// <summary>
    /// The value in a context. Trouble is a <see cref="FailureException"/> with a code <c>expression.*</c>, permanent, that names the part of the expression and
    /// the values involved.
    /// </summary>
    public Value Evaluate(EvaluationContext context) =>
        Root is ConstantExpr constant ? constant.Value : new Evaluation(context).Run(Root);

    /// <summary>
    /// The paths it reads, each from a root name as far as its names are constant, for example <c>["steps","ports","outputs","added"]</c>. In order of appearance, each once.
    /// </summary>
    public IReadOnlyList<IReadOnlyList<string>> References() => ExpressionReferences.Of(Root);

    /// <inheritdoc/>
    public bool Equals(Expression? other) => other is not null && Root.Equals(other.Root);

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as Expression);

    /// <inheritdoc/>
    public override int GetHashCode() => Root.GetHashCode();

    /// <summary>The expression as source text that parses back to an equal tree.</summary>
    public override string ToString() => Root.ToString();
}
