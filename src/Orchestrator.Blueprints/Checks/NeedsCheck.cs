using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Checks;

/// <summary><c>needs</c> names other branches of the same parallel, and no branch waits for itself.</summary>
internal static class NeedsCheck
{
    public static void Run(BlueprintPlan plan, ICollection<Diagnostic> diagnostics)
    {
        foreach (var parallel in plan.AllSteps.Where(step => step.Verb == "parallel"))
        {
            foreach (var branch in parallel.Steps)
            {
                var others = parallel.Steps.Where(other => other != branch && other.Id.Length > 0).Select(other => other.Id).ToArray();
                foreach (var need in branch.Needs.Where(need => !others.Contains(need.Text)))
                    diagnostics.Add(NameDiagnostics.UnknownNeed(need.Span, need.Text, others));
            }

            var done = new HashSet<StepPlan>();
            foreach (var branch in parallel.Steps) Visit(branch, [], done, diagnostics);
        }
    }

    private static void Visit(StepPlan branch, List<StepPlan> path, HashSet<StepPlan> done, ICollection<Diagnostic> diagnostics)
    {
        var start = path.IndexOf(branch);
        if (start >= 0)
        {
            var cycle = path[start..];
            var last = cycle[^1].Needs.First(need => need.Text == branch.Id);
            diagnostics.Add(ShapeDiagnostics.Cycle(last.Span, [.. cycle.Select(step => step.Id), branch.Id], [.. cycle.Select(step => new RelatedSpan(step.Place, "waits for the next"))]));
            return;
        }

        if (!done.Add(branch)) return;
        path.Add(branch);
        foreach (var need in branch.Needs)
            if (branch.Siblings.Find(other => other != branch && other.Id == need.Text) is { } other) VisitOpen(other);
        path.RemoveAt(path.Count - 1);

        void VisitOpen(StepPlan other)
        {
            if (path.Contains(other) || !done.Contains(other)) Visit(other, path, done, diagnostics);
        }
    }
}
