using Orchestrator.Blueprints.Binding;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;

namespace Orchestrator.Blueprints.Checks;

/// <summary>Every expression names what exists where it stands and gives what is wanted there; secrets stay where secrets may be.</summary>
internal static class ExpressionCheck
{
    public static void Run(BlueprintPlan plan, ICollection<Diagnostic> diagnostics)
    {
        var scopes = new Scopes(plan);
        foreach (var value in plan.Values)
        {
            foreach (var piece in value.Pieces)
            {
                // A constant needs no scope, and most values are constants.
                var found = piece.Expression.IsConstant ? piece.Expected : ExpressionChecker.Check(piece.Expression, scopes.Of(value, piece.Expression), diagnostics);
                ExpressionChecker.CheckAssignable(piece.Expected, found, piece.Expression, value.Name, diagnostics);
            }
        }
    }
}
