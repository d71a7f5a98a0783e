namespace Orchestrator.Model.Expressions;

/// <summary>Collects the paths an expression reads.</summary>
internal static class ExpressionReferences
{
    public static IReadOnlyList<IReadOnlyList<string>> Of(Expr root)
    {
        var found = new List<IReadOnlyList<string>>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        Visit(root, [], path =>
        {
            if (seen.Add(string.Join('\0', path))) found.Add(path);
        });
        return found;
    }

    private static void Visit(Expr node, IReadOnlyList<string> locals, Action<IReadOnlyList<string>> add)
    {
        if (PathOf(node) is { } path)
        {
            if (!locals.Contains(path[0])) add(path);
            return;
        }

        var inner = node is LambdaExpr lambda ? [.. locals, .. lambda.Parameters] : locals;
        foreach (var child in node.Children) Visit(child, inner, add);
    }

    private static List<string>? PathOf(Expr node)
    {
        switch (node)
        {
            case NameExpr name: return [name.Name];
            case MemberExpr member when PathOf(member.Target) is { } target:
                target.Add(member.Name);
                return target;
            case IndexExpr { Index: ConstantExpr { Value: Values.StringValue key } } index when PathOf(index.Target) is { } target:
                target.Add(key.Text);
                return target;
            default: return null;
        }
    }
}
