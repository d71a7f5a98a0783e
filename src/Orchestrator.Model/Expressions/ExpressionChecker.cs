using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>
/// Finds out what an expression gives before anything runs: names, types and where secrets flow. What it cannot know it lets pass; the evaluator is strict again.
/// After a mistake the part counts as anything, so that one mistake gives one diagnostic.
/// </summary>
public sealed partial class ExpressionChecker
{
    private readonly CheckScope _scope;
    private readonly ICollection<Diagnostic> _diagnostics;
    private readonly List<(string Name, Schema Schema)> _locals = [];

    private ExpressionChecker(CheckScope scope, ICollection<Diagnostic> diagnostics)
    {
        _scope = scope;
        _diagnostics = diagnostics;
    }

    /// <summary>Checks names, operators, calls and secrets. Returns what the expression gives; secret when it is computed from one.</summary>
    public static Schema Check(Expression expression, CheckScope scope, ICollection<Diagnostic> diagnostics) =>
        new ExpressionChecker(scope, diagnostics).TypeOf(expression.Root);

    private Schema TypeOf(Expr node) => node switch
    {
        ConstantExpr constant => Shapes.Of(constant.Value),
        NameExpr name => TypeOfName(name),
        MemberExpr member => TypeOfMember(member),
        IndexExpr index => TypeOfIndex(index),
        UnaryExpr unary => TypeOfUnary(unary),
        BinaryExpr binary => TypeOfBinary(binary),
        TemplateExpr template => TypeOfTemplate(template),
        ArrayExpr array => Schema.ListOf(array.Items.Select(TypeOf).ToList().Aggregate(SchemaText.Join)),
        ObjectExpr map => Schema.Object(map.Entries.Select(entry => new SchemaField(entry.Key, TypeOf(entry.Value), true, entry.Key)).ToList()),
        CallExpr call => TypeOfCall(call),
        _ => Schema.Any,
    };

    private Schema Report(Diagnostic diagnostic)
    {
        _diagnostics.Add(diagnostic);
        return Schema.Any;
    }

    private Schema TypeOfName(NameExpr name)
    {
        for (var i = _locals.Count - 1; i >= 0; i--)
            if (_locals[i].Name == name.Name)
                return _locals[i].Schema;
        if (_scope.Roots.TryGetValue(name.Name, out var schema) && schema is not null) return schema;
        List<string> here = [.. _locals.Select(local => local.Name), .. _scope.Roots.Where(root => root.Value is not null).Select(root => root.Key)];
        var hint = _scope.Hint?.Invoke(name.Name);
        return Report(_scope.Roots.ContainsKey(name.Name) ? ExpressionDiagnostics.NotHere(name, here, hint) : ExpressionDiagnostics.UnknownRoot(name, here, hint));
    }

    private Schema TypeOfMember(MemberExpr node)
    {
        var target = TypeOf(node.Target);
        switch (target.Kind)
        {
            case SchemaKind.Any: return target;
            case SchemaKind.Object: return TypeOfField(node, node.Target, target, node.Name);
            case SchemaKind.Map: return Shapes.Inner(target);
            case SchemaKind.List when node.Name == "length": return Schema.Int;
            case SchemaKind.String when node.Name == "length":
                return target.Secret ? Report(ExpressionDiagnostics.SecretUse(node, "The length")) : Schema.Int;
            default: return Report(ExpressionDiagnostics.NoMembers(node, node.Target, target, node.Name));
        }
    }

    private Schema TypeOfField(Expr node, Expr target, Schema schema, string name)
    {
        if (schema.Field(name) is { } field) return field.Schema;
        var names = schema.Fields.Select(known => known.Name).ToList();
        var path = target.ToString();
        var declared = Spelling.Nearest(name, names) is { } nearest ? _scope.Declarations.GetValueOrDefault($"{path}.{nearest}") : default;
        return Report(ExpressionDiagnostics.UnknownMember(node, path, name, names, declared, _scope.Hint?.Invoke($"{path}.{name}")));
    }

    private Schema TypeOfIndex(IndexExpr node)
    {
        var target = TypeOf(node.Target);
        var index = TypeOf(node.Index);
        if (index.Secret) return Report(ExpressionDiagnostics.SecretUse(node.Index, "An index made"));
        switch (target.Kind)
        {
            case SchemaKind.Any: return target;
            case SchemaKind.Object or SchemaKind.Map when !Shapes.Fits(Schema.String, index):
            case SchemaKind.List or SchemaKind.String when !Shapes.Fits(Schema.Number, index):
                return Report(ExpressionDiagnostics.NoIndex(node, target, index));
            case SchemaKind.Object: return node.Index is ConstantExpr { Value: StringValue key } ? TypeOfField(node, node.Target, target, key.Text) : Schema.Any with { Secret = Shapes.HasSecret(target) };
            case SchemaKind.Map or SchemaKind.List: return Shapes.Inner(target);
            case SchemaKind.String when target.Secret: return Report(ExpressionDiagnostics.SecretUse(node, "A character"));
            case SchemaKind.String: return Schema.String;
            default: return Report(ExpressionDiagnostics.NoIndex(node, target, index));
        }
    }

    private Schema TypeOfUnary(UnaryExpr node)
    {
        var operand = TypeOf(node.Operand);
        var (expected, result, op) = node.Operator == UnaryOperator.Not ? (Schema.Bool, Schema.Bool, "!") : (Schema.Number, operand.Kind == SchemaKind.Int ? Schema.Int : Schema.Number, "-");
        Operand(node, op, expected, node.Operand, operand);
        return result;
    }

    private bool Operand(Expr node, string op, Schema expected, Expr operand, Schema found)
    {
        if (!found.Secret && (Shapes.Fits(expected, found) || operand is ConstantExpr { Value: NullValue })) return true;
        Report(found.Secret ? ExpressionDiagnostics.SecretUse(operand, $"`{op}`") : ExpressionDiagnostics.Operand(node, op, SchemaChecker.Expectation(expected), operand, found));
        return false;
    }

    private Schema TypeOfBinary(BinaryExpr node)
    {
        var (left, right) = (TypeOf(node.Left), TypeOf(node.Right));
        switch (node.Operator)
        {
            case BinaryOperator.Coalesce: return node.Left is ConstantExpr { Value: NullValue } ? right : node.Right is ConstantExpr { Value: NullValue } ? left : SchemaText.Join(left, right);
            case BinaryOperator.And or BinaryOperator.Or:
                if (Operand(node, Operators.TextOf(node.Operator), Schema.Bool, node.Left, left)) Operand(node, Operators.TextOf(node.Operator), Schema.Bool, node.Right, right);
                return Schema.Bool;
            case BinaryOperator.Equal or BinaryOperator.NotEqual: return TypeOfEquality(node, left, right);
            case BinaryOperator.In: return TypeOfIn(node, left, right);
            default: return TypeOfArithmetic(node, left, right);
        }
    }

    private Schema TypeOfEquality(BinaryExpr node, Schema left, Schema right)
    {
        if (node.Left is ConstantExpr { Value: NullValue } || node.Right is ConstantExpr { Value: NullValue }) return Schema.Bool;
        if (Shapes.HasSecret(left)) Report(ExpressionDiagnostics.SecretUse(node.Left, "A comparison"));
        else if (Shapes.HasSecret(right)) Report(ExpressionDiagnostics.SecretUse(node.Right, "A comparison"));
        else if (!Shapes.Fits(left, right) && !Shapes.Fits(right, left)) Report(ExpressionDiagnostics.NeverEqual(node, left, right));
        else if (left.Enum is not null && node.Right is ConstantExpr constant) CheckConstant(left, constant, constant.Value, node.Left.ToString());
        else if (right.Enum is not null && node.Left is ConstantExpr other) CheckConstant(right, other, other.Value, node.Right.ToString());
        return Schema.Bool;
    }

    private Schema TypeOfIn(BinaryExpr node, Schema left, Schema right)
    {
        if (Shapes.HasSecret(left)) Report(ExpressionDiagnostics.SecretUse(node.Left, "`in`"));
        else if (right.Kind is SchemaKind.Map or SchemaKind.Object && !Shapes.Fits(Schema.String, left)) Report(ExpressionDiagnostics.Operand(node, "in", "a text as the key", node.Left, left));
        else if (right.Kind == SchemaKind.List && Shapes.HasSecret(right)) Report(ExpressionDiagnostics.SecretUse(node.Right, "`in`"));
        else if (right.Kind is not (SchemaKind.Any or SchemaKind.Map or SchemaKind.Object or SchemaKind.List))
            Report(ExpressionDiagnostics.Operand(node, "in", "a list or a map on its right", node.Right, right));
        return Schema.Bool;
    }

    private Schema TypeOfArithmetic(BinaryExpr node, Schema left, Schema right)
    {
        var op = Operators.TextOf(node.Operator);
        if (node.Operator == BinaryOperator.Add && (left.Kind == SchemaKind.String || right.Kind == SchemaKind.String))
        {
            foreach (var part in node.Children)
                if (part is ConstantExpr { Value: NullValue })
                    Report(ExpressionDiagnostics.NullInText(part));
            return Schema.String with { Secret = Shapes.HasSecret(left) || Shapes.HasSecret(right) };
        }

        var order = Operators.IsOrder(node.Operator);
        if (left.Secret && (order || node.Operator != BinaryOperator.Add)) return Report(ExpressionDiagnostics.SecretUse(node.Left, $"`{op}`"));
        if (right.Secret && (order || node.Operator != BinaryOperator.Add)) return Report(ExpressionDiagnostics.SecretUse(node.Right, $"`{op}`"));
        var numbers = Shapes.Fits(Schema.Number, left) && Shapes.Fits(Schema.Number, right);
        var texts = order && Shapes.Fits(Schema.String, left) && Shapes.Fits(Schema.String, right);
        if (!numbers && !texts)
            Report(ExpressionDiagnostics.Operands(node, order ? "two numbers or two texts" : node.Operator == BinaryOperator.Add ? "two numbers or a text" : "two numbers", left, right));
        if (order) return Schema.Bool;
        if (left.Kind == SchemaKind.Any || right.Kind == SchemaKind.Any) return node.Operator == BinaryOperator.Add ? Schema.Any with { Secret = left.Secret || right.Secret } : Schema.Number;
        return left.Kind == SchemaKind.Int && right.Kind == SchemaKind.Int && node.Operator != BinaryOperator.Divide ? Schema.Int : Schema.Number;
    }

    private Schema TypeOfTemplate(TemplateExpr node)
    {
        var secret = false;
        foreach (var part in node.Parts)
        {
            if (part is ConstantExpr { Value: NullValue }) Report(ExpressionDiagnostics.NullInText(part));
            secret |= Shapes.HasSecret(TypeOf(part));
        }

        return Schema.String with { Secret = secret };
    }
}
