using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Checks;

/// <summary>Ids are unique in the whole blueprint.</summary>
internal static class StepIdCheck
{
    public static void Run(BlueprintPlan plan, ICollection<Diagnostic> diagnostics)
    {
        var first = new Dictionary<string, StepPlan>(StringComparer.Ordinal);
        foreach (var step in plan.AllSteps.Where(step => step.Id.Length > 0 && !first.TryAdd(step.Id, step)))
            diagnostics.Add(NameDiagnostics.DuplicateId(step.Place, step.Id, first[step.Id].Place));
    }
}
