using Orchestrator.Blueprints.Grammar;
using Orchestrator.Blueprints.Yaml;

namespace Orchestrator.Blueprints.Binding;

/// <summary>A trigger as it is declared.</summary>
internal sealed class TriggerDeclaration(YamlScalar key, YamlMapping node)
{
    public YamlScalar Key { get; } = key;

    public string Name => Key.Text;

    public YamlMapping Node { get; } = node;

    /// <summary>Its kind; null when it has none.</summary>
    public string? Kind { get; } = node.Entries.FirstOrDefault(entry => TriggerGrammar.Trigger.ExactlyOne.Contains(entry.Name))?.Name;

    public ValuePlan? If { get; set; }

    public ValuePlan? Dedupe { get; set; }

    public ValuePlan? With { get; set; }
}
