using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Checks;

/// <summary>Expressions name steps that exist and are done at that point.</summary>
internal static class StepReferenceCheck
{
    public static void Run(BlueprintPlan plan, ICollection<Diagnostic> diagnostics)
    {
        foreach (var value in plan.Values.Where(value => value.Contexts.HasFlag(Contexts.Steps)))
        {
            foreach (var (id, node) in value.Pieces.Where(piece => !piece.Expression.IsConstant).SelectMany(piece => piece.Expression.Root.Descendants()).Select(StepNamed).OfType<(string Id, Expr Node)>())
            {
                if (plan.StepsNamed(id).Any(named => Visibility.Sees(value, named, plan))) continue;
                var span = NameSpan(node, id);
                var visible = Visibility.To(value, plan).ToArray();
                var step = plan.StepsNamed(id).FirstOrDefault();
                diagnostics.Add(step is null
                    ? NameDiagnostics.UnknownStep(span, id, [.. visible.Select(candidate => candidate.Id)], Array.Find(visible, candidate => candidate.Id == Spelling.Nearest(id, visible.Select(other => other.Id)))?.Place)
                    : NameDiagnostics.StepNotDone(span, id, step.Place, Why(step, value)));
            }
        }
    }

    private static (string, Expr)? StepNamed(Expr node) => node switch
    {
        MemberExpr { Target: NameExpr { Name: "steps" } } member => (member.Name, member),
        IndexExpr { Target: NameExpr { Name: "steps" }, Index: ConstantExpr { Value: StringValue id } } index => (id.Text, index.Index),
        _ => null,
    };

    // `steps.id`: the name is the end of the span.
    private static SourceSpan NameSpan(Expr node, string id) => node is MemberExpr && node.Span.Length > id.Length
        ? node.Span with { Offset = node.Span.End - id.Length, Column = node.Span.Column + node.Span.Length - id.Length, Length = id.Length }
        : node.Span;

    private static string Why(StepPlan step, ValuePlan value)
    {
        if (step == value.Step) return "it is this step";
        if (value.Step is { } at && at.Ancestors().Contains(step)) return "it holds this step";
        if (step.Ancestors().Skip(1).FirstOrDefault(outer => outer.IsForEach) is { } loop && value.Step?.Ancestors().Contains(loop) != true)
            return $"it runs once for each item of `{loop.Id}`; read `steps.{loop.Id}.outputs.items`";
        if (step.Ancestors().FirstOrDefault(outer => outer.Role == "parallel" && value.Step?.Ancestors().Any(inner => inner.Siblings == outer.Siblings) == true) is { } branch)
            return $"the branch `{branch.Id}` runs at the same time; add `needs: [{branch.Id}]`";
        return "it runs later, or in another list";
    }
}
