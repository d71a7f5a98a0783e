using System.Text.RegularExpressions;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Binding;

/// <summary>
/// Turns YAML values into expressions, led by the schema of what must stand there: text stays text also where YAML would see a number, unknown and missing fields
/// are reported at their place.
/// </summary>
internal sealed partial class ValueReader(ICollection<Diagnostic> diagnostics)
{
    /// <summary>Fills a plan's expression and pieces from its node.</summary>
    public void Read(ValuePlan plan, Schema expected) => plan.Expression = Read(plan.Node, expected, plan);

    /// <summary>The same for an expression without <c>${{ }}</c>.</summary>
    public void ReadBare(ValuePlan plan, Schema expected)
    {
        if (plan.Node is not YamlScalar { IsNull: false } scalar) return; // the shape check said so
        var text = scalar.Text;
        if (text.TrimStart().StartsWith("${{", StringComparison.Ordinal))
        {
            var piece = Templates.Split(text).First(candidate => candidate.IsExpression);
            var inner = text[piece.Start..(piece.End < 0 ? text.Length : piece.End)].Trim();
            diagnostics.Add(ShapeDiagnostics.BracesAroundBare(scalar.Span, plan.Name, inner));
            return;
        }

        plan.Expression = Parse(scalar, 0, text.Length);
        if (plan.Expression is { } expression) plan.Pieces.Add(new ValuePiece(scalar, expression, expected));
    }

    private Expression? Read(YamlNode node, Schema expected, ValuePlan plan, bool optional = false)
    {
        switch (node)
        {
            case YamlScalar scalar:
                var expression = ReadScalar(scalar, expected);
                var absent = scalar.IsNull && scalar.Style == YamlStyle.Plain && (node == plan.Node ? plan.Optional : optional);
                if (expression is not null && !absent) plan.Pieces.Add(new ValuePiece(scalar, expression, expected));
                return expression;
            case YamlSequence sequence:
                if (expected.Kind is not (SchemaKind.Any or SchemaKind.List)) return WrongKind(node, expected);
                if (expected.MinLength > sequence.Items.Count || expected.MaxLength < sequence.Items.Count)
                    diagnostics.Add(ShapeDiagnostics.ListLength(node.Span, expected.MinLength, expected.MaxLength, sequence.Items.Count));
                var items = sequence.Items.Select(item => Read(item, ItemOf(expected), plan)).ToArray();
                return items.Any(item => item is null) ? null : Expression.Array(items!).At(node.Span);
            case YamlMapping mapping:
                if (expected.Kind is not (SchemaKind.Any or SchemaKind.Map or SchemaKind.Object)) return WrongKind(node, expected);
                if (expected.Kind == SchemaKind.Object) CheckFields(mapping, expected, mapping.Span, "This map", "field");
                else CheckKeys(mapping);
                var entries = mapping.Entries.Select(entry => (entry.Name, Value: Read(entry.Value, expected.Field(entry.Name)?.Schema ?? ItemOf(expected), plan, expected.Field(entry.Name) is { Required: false }))).ToArray();
                return entries.Any(entry => entry.Value is null) ? null : Expression.Object(entries!).At(node.Span);
            default:
                throw new InvalidOperationException($"{node.GetType().Name} is no YAML node");
        }
    }

    private void CheckKeys(YamlMapping mapping)
    {
        foreach (var entry in mapping.Entries.Where(entry => entry.Name.Contains("${{", StringComparison.Ordinal)))
            diagnostics.Add(ShapeDiagnostics.ExpressionInKey(entry.Key.Span, entry.Name));
    }

    private Expression? WrongKind(YamlNode node, Schema expected)
    {
        diagnostics.Add(ShapeDiagnostics.WrongKind(node.Span, Describe(expected), node.Describe()));
        return null;
    }

    /// <summary>Reports fields that an object schema does not have and required ones that are absent.</summary>
    public void CheckFields(YamlMapping mapping, Schema schema, SourceSpan place, string owner, string what)
    {
        var names = schema.Fields.Select(field => field.Name).ToArray();
        foreach (var entry in mapping.Entries.Where(entry => schema.Field(entry.Name) is null))
            diagnostics.Add(NameDiagnostics.UnknownField(entry.Key.Span, owner, what, entry.Name, names));
        // A misspelt field is one mistake, not an unknown one and a missing one.
        var meant = mapping.Entries.Where(entry => schema.Field(entry.Name) is null).Select(entry => Spelling.Nearest(entry.Name, names)).ToArray();
        foreach (var field in schema.Fields.Where(field => field.Required && mapping.Find(field.Name) is null && !meant.Contains(field.Name)))
            diagnostics.Add(ShapeDiagnostics.MissingKey(place, field.Name, field.Description));
    }

    private Expression? ReadScalar(YamlScalar scalar, Schema expected)
    {
        if (!scalar.Text.Contains("${{", StringComparison.Ordinal)) return Constant(scalar, expected);
        var parts = new List<Expression>();
        var failed = false;
        var pieces = Templates.Split(scalar.Text).ToArray();
        foreach (var piece in pieces)
        {
            if (!piece.IsExpression)
            {
                parts.Add(Expression.Constant(Value.Of(scalar.Text[piece.Start..piece.End])).At(scalar.SpanOf(piece.Start, piece.End - piece.Start)));
            }
            else if (piece.End < 0)
            {
                diagnostics.Add(CutByComment(scalar) ?? SyntaxDiagnostics.UnclosedExpression(scalar.SpanOf(piece.Start - 3, scalar.Text.Length - piece.Start + 3)));
                failed = true;
            }
            else if (Parse(scalar, piece.Start, piece.End - piece.Start) is { } part)
            {
                parts.Add(part);
            }
            else
            {
                failed = true;
            }
        }

        if (failed) return null;
        var whole = pieces is [{ IsExpression: true } only] && only.Start == 3 && only.End + 2 == scalar.Text.Length;
        return whole ? parts[0] : Expression.Template(parts).At(scalar.Span);
    }

    private Expression Constant(YamlScalar scalar, Schema expected)
    {
        if (ForgottenDollar().Match(scalar.Text) is { Success: true } match)
        {
            var span = scalar.SpanOf(match.Index, match.Length);
            diagnostics.Add(SyntaxDiagnostics.BracesWithoutDollar(span, Severity.Warning, [new Fix(span with { Length = 0 }, "$", "put `$` before it")]));
        }

        var value = expected.Kind == SchemaKind.String && scalar.Value.Kind is ValueKind.Number or ValueKind.Bool ? Value.Of(scalar.Text) : scalar.Value;
        return Expression.Constant(value).At(scalar.Span);
    }

    private Expression? Parse(YamlScalar scalar, int start, int length)
    {
        var found = new List<Diagnostic>();
        var expression = ExpressionParser.Parse(scalar.Text.Substring(start, length), (offset, count) => scalar.SpanOf(start + offset, count), found);
        if (found.Count > 0 && CutByComment(scalar) is { } cut) diagnostics.Add(cut);
        else foreach (var diagnostic in found) diagnostics.Add(diagnostic);
        return expression;
    }

    /// <summary>The diagnostic for an unquoted value that YAML ended at <c> #</c>, when that is what happened.</summary>
    private static Diagnostic? CutByComment(YamlScalar scalar)
    {
        if (scalar.Style != YamlStyle.Plain) return null;
        var source = scalar.Source;
        var end = scalar.Span.End;
        var rest = source.Text[end..Math.Max(end, source.LineEnd(source.LineAt(end)))];
        if (!rest.TrimStart().StartsWith('#') || rest.Length == 0 || rest[0] is not (' ' or '\t')) return null;
        var whole = source.Between(scalar.Span.Offset, end + rest.TrimEnd().Length);
        return SyntaxDiagnostics.ExpressionCutShort(scalar.Span, " #", UnquotedExpression.Quote(source, whole));
    }

    private static Schema ItemOf(Schema schema) => schema.Item ?? (schema.Secret ? Schema.Any with { Secret = true } : Schema.Any);

    private static string Describe(Schema schema) => schema.Kind switch
    {
        SchemaKind.List => "a list",
        SchemaKind.Map or SchemaKind.Object => "a map",
        SchemaKind.Bool => "`true` or `false`",
        SchemaKind.Int => "a whole number",
        SchemaKind.Number => "a number",
        _ => schema.Format is { } format ? $"text (a {format})" : "text",
    };

    // `@{{ … }}` and `\{{` are how a template for blueprint.render says that it means its braces.
    [GeneratedRegex(@"(?<![$@\\])\{\{\s*(inputs|vars|secrets|steps|item|target|run|event|result|error|step)\b[^{}]*\}\}", RegexOptions.CultureInvariant)]
    private static partial Regex ForgottenDollar();
}
