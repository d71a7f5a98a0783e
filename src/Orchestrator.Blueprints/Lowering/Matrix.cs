using Orchestrator.Blueprints.Binding;
using Orchestrator.Model.Expressions;

namespace Orchestrator.Blueprints.Lowering;

/// <summary>Every combination of the lists of a <c>matrix</c>, as one expression: the last list varies fastest.</summary>
internal sealed record Matrix(Expression Items, Expression Key)
{
    public static Matrix? Of(StepPlan step)
    {
        const string Prefix = "foreach.matrix.";
        var axes = step.Values.Where(part => part.Key.StartsWith(Prefix, StringComparison.Ordinal)).Select(part => (Name: part.Key[Prefix.Length..], part.Value.Expression!)).ToArray();
        if (axes.Length == 0) return null;
        var item = "({" + string.Join(", ", axes.Select(axis => $"{axis.Name}: {axis.Name}Value")) + "})";
        // Names of lambda parameters carry a suffix so that they never hide a root such as `inputs`, which a later axis may use.
        var text = item;
        for (var i = axes.Length - 1; i >= 0; i--)
            text = $"{Parenthesize(axes[i].Item2)}.{(i == axes.Length - 1 ? "map" : "flatMap")}({axes[i].Name}Value => {text})";
        var key = "[" + string.Join(", ", axes.Select(axis => $"{step.ItemName}.{axis.Name}")) + "].join('-')";
        return new Matrix(Expression.Parse(text).At(step.Place), Expression.Parse(key).At(step.Place));
    }

    private static string Parenthesize(Expression list) => $"({list})";
}
