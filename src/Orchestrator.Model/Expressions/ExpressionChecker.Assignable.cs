using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <content>Whether what an expression gives may stand where it stands.</content>
public sealed partial class ExpressionChecker
{
    private static readonly CheckScope NoScope = new() { Roots = new Dictionary<string, Schema?>() };

    /// <summary>
    /// Checks that <paramref name="expression"/>, which gives <paramref name="actual"/>, may stand where <paramref name="expected"/> is wanted: its type, secrets, and
    /// for what is constant the whole schema. Descends into literal maps and lists, so that each mistake is reported at its own place.
    /// </summary>
    /// <param name="expected">What the place accepts.</param>
    /// <param name="actual">What <see cref="Check"/> found.</param>
    /// <param name="expression">The expression.</param>
    /// <param name="path">The place in words of the blueprint, for example <c>with.rules</c>; empty = "the value".</param>
    /// <param name="diagnostics">Gets every mistake.</param>
    public static void CheckAssignable(Schema expected, Schema actual, Expression expression, string path, ICollection<Diagnostic> diagnostics) =>
        new ExpressionChecker(NoScope, diagnostics).Assign(expected, actual, expression.Root, path);

    private void Assign(Schema expected, Schema actual, Expr node, string path)
    {
        switch (node)
        {
            case ConstantExpr { Written: { } written } when expected.Kind is SchemaKind.Object or SchemaKind.Map or SchemaKind.List && IsRightKind(expected, written):
                Assign(expected, actual, written, path);
                return;
            case ConstantExpr constant: CheckConstant(expected, constant, constant.Value, path); return;
            case ObjectExpr map when expected.Kind == SchemaKind.Object: AssignFields(expected, actual, map, path); return;
            case ObjectExpr map when expected.Kind is SchemaKind.Map or SchemaKind.Any:
                foreach (var entry in map.Entries) Assign(Shapes.Inner(expected), actual.Field(entry.Key)?.Schema ?? Schema.Any, entry.Value, SchemaChecker.Join(path, entry.Key));
                return;
            case ArrayExpr array when expected.Kind is SchemaKind.List or SchemaKind.Any:
                if (expected.Kind == SchemaKind.List) CheckCount(expected, array, path);
                // The list's own schema joins those of its items; each is held against the item's.
                for (var i = 0; i < array.Items.Count; i++) Assign(Shapes.Inner(expected), Loosely(array.Items[i], actual.Item), array.Items[i], $"{path}[{i}]");
                return;
        }

        if (expected.Kind != SchemaKind.Object && !AcceptsSecrets(expected) && Shapes.HasSecret(actual))
            Report(ExpressionDiagnostics.SecretLeak(node, expected, path.Length == 0 ? null : $"`{path}`"));
        else if (!Shapes.Fits(expected, actual)) Report(ExpressionDiagnostics.Mismatch(node, expected, actual, HelpFor(expected, actual, node)));
        else if (expected.Enum is { Count: > 0 } allowed && actual.Enum is { Count: > 0 } possible && possible.FirstOrDefault(value => !allowed.Contains(value)) is { } outside)
            Report(ExpressionDiagnostics.Invalid(node, SchemaChecker.Check(expected, outside, path)[0]));
        else if (expected.Kind == SchemaKind.Object) AssignObject(expected, actual, node, path);
    }

    private void AssignFields(Schema expected, Schema actual, ObjectExpr map, string path)
    {
        foreach (var entry in map.Entries)
        {
            var place = SchemaChecker.Join(path, entry.Key);
            if (expected.Field(entry.Key) is { } field)
            {
                if (!field.Required && entry.Value is ConstantExpr { Value: NullValue }) continue;
                Assign(field.Schema, actual.Field(entry.Key)?.Schema ?? Schema.Any, entry.Value, place);
            }
            else
            {
                Report(ExpressionDiagnostics.Stray(entry, new SchemaFault(place, SchemaChecker.Stray(entry.Key, expected)), Spelling.Nearest(entry.Key, expected.Fields.Select(field => field.Name))));
            }
        }

        foreach (var field in expected.Fields.Where(field => field.Required && map.Entries.All(entry => entry.Key != field.Name)))
            Report(ExpressionDiagnostics.Missing(map, SchemaChecker.Join(path, field.Name), field.Schema));
    }

    // A computed object: its fields have no places of their own.
    private void AssignObject(Schema expected, Schema actual, Expr node, string path)
    {
        foreach (var field in expected.Fields)
        {
            var place = SchemaChecker.Join(path, field.Name);
            var found = actual.Kind == SchemaKind.Object ? actual.Field(field.Name)?.Schema : actual.Kind == SchemaKind.Map ? Shapes.Inner(actual) : null;
            if (found is null)
            {
                if (field.Required && actual.Kind == SchemaKind.Object) Report(ExpressionDiagnostics.Missing(node, place, field.Schema));
            }
            else if (!AcceptsSecrets(field.Schema) && Shapes.HasSecret(found)) Report(ExpressionDiagnostics.SecretLeak(node, field.Schema, $"`{place}`"));
            else if (!Shapes.Fits(field.Schema, found)) Report(ExpressionDiagnostics.Invalid(node, new SchemaFault(place, $"must be {SchemaChecker.Expectation(field.Schema)}, not {SchemaText.Display(found)}")));
        }

        if (actual.Kind != SchemaKind.Object) return;
        foreach (var field in actual.Fields.Where(field => expected.Field(field.Name) is null))
            Report(ExpressionDiagnostics.Invalid(node, new SchemaFault(SchemaChecker.Join(path, field.Name), SchemaChecker.Stray(field.Name, expected))));
    }

    private void CheckConstant(Schema expected, ConstantExpr node, Value value, string path)
    {
        foreach (var fault in SchemaChecker.Check(expected, value, path)) Report(ExpressionDiagnostics.Invalid(node, fault));
    }

    private void CheckCount(Schema expected, ArrayExpr array, string path)
    {
        var items = Value.List(Enumerable.Repeat(new UnknownValue("evaluation"), array.Items.Count));
        foreach (var fault in SchemaChecker.Check(expected, items, path)) Report(ExpressionDiagnostics.Invalid(array, fault));
    }

    private static bool IsRightKind(Schema expected, Expr written) => written is ArrayExpr == (expected.Kind == SchemaKind.List);

    private static bool AcceptsSecrets(Schema expected) =>
        expected.Secret || (expected.Kind is SchemaKind.List or SchemaKind.Map && expected.Item is { } item && AcceptsSecrets(item));

    // The item of a mixed list is typed as the join of all, which may be wider than this item: only what is surely wrong is reported.
    private static Schema Loosely(Expr item, Schema? joined) => item switch
    {
        TemplateExpr => Schema.String with { Secret = joined is not null && Shapes.HasSecret(joined) },
        _ => joined ?? Schema.Any,
    };

    private static string? HelpFor(Schema expected, Schema actual, Expr node) => (expected.Kind, actual.Kind) switch
    {
        (SchemaKind.String, SchemaKind.Int or SchemaKind.Number or SchemaKind.Bool) => $"Make it text with `string({node})`.",
        (SchemaKind.Int or SchemaKind.Number, SchemaKind.String) => $"Read the number with `int({node})`.",
        (SchemaKind.List, SchemaKind.String) => $"Put it into a list, `[{node}]`, or cut it with `split`.",
        (SchemaKind.String, SchemaKind.List) => $"Make it one text with `.join(', ')`.",
        _ => null,
    };
}
