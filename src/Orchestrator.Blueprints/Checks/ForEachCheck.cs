using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Checks;

/// <summary>Items are named in the journal by text: items that are lists or maps need a <c>key</c>, and constant ones have different keys.</summary>
internal static class ForEachCheck
{
    private static readonly string[] Roots = ["inputs", "vars", "secrets", "steps", "target", "run", "event", "result", "error", "step"];

    public static void Run(BlueprintPlan plan, ICollection<Diagnostic> diagnostics)
    {
        foreach (var step in plan.AllSteps.Where(step => Roots.Contains(step.ItemName)))
            diagnostics.Add(NameDiagnostics.ReservedName(((YamlMapping)step.Node["foreach"]!)["as"]!.Span, step.ItemName, "expressions know it already as something else"));
        foreach (var step in plan.AllSteps.Where(step => step.IsForEach && !step.Values.ContainsKey("foreach.key")))
        {
            if (step.Values.GetValueOrDefault("foreach.in")?.Node is not YamlSequence list) continue;
            if (list.Items.FirstOrDefault(item => item is not YamlScalar) is { } odd)
                diagnostics.Add(ShapeDiagnostics.KeyNeeded(step.Node.Find("foreach")!.Key.Span, odd is YamlMapping ? "maps" : "lists"));
            foreach (var twice in list.Items.OfType<YamlScalar>().Where(item => item.Value is not NullValue).GroupBy(item => item.Text).Where(group => group.Count() > 1))
                diagnostics.Add(ShapeDiagnostics.ItemTwice(twice.Last().Span, twice.Key, twice.First().Span));
        }
    }
}
