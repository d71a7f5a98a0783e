using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Yaml;

namespace Orchestrator.Blueprints;

/// <summary>Lists what a plan declares.</summary>
internal static class Symbols
{
    public static IReadOnlyList<Symbol> Of(BlueprintPlan plan) =>
    [
        .. plan.Inputs.Select(input => Make("input", input.Key, input.Node))
            .Concat(plan.Vars.Select(value => Make("var", value.Key!, value.Node)))
            .Concat(plan.Secrets.Select(secret => Make("secret", secret.Key, secret.Value)))
            .Concat(plan.Targets.Select(target => Make("target", target.Key, target.Node)))
            .Concat(plan.Triggers.Select(trigger => Make("trigger", trigger.Key, trigger.Node)))
            .Concat(plan.AllSteps.Where(step => step.Id.Length > 0).Select(step => new Symbol("step", step.Id, step.Place, step.Node.Span)))
            .Concat(Binder.Entries(plan.Root["outputs"]).Select(output => Make("output", output.Key, output.Value)))
            .OrderBy(symbol => symbol.Span.Offset),
    ];

    private static Symbol Make(string kind, YamlScalar key, YamlNode value) =>
        new(kind, key.Text, key.Span, key.Span with { Length = Math.Max(key.Span.Length, value.Span.End - key.Span.Offset) });
}
