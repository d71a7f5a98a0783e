using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints;

/// <summary>YAML (and so also JSON) as plain values, under the same rules as blueprints: no duplicate keys, anchors or tags. For inputs in files and on the command line.</summary>
public static class YamlValues
{
    /// <summary>Reads one document; the value is null when it is empty or no YAML, and then the diagnostics say why.</summary>
    public static (Value? Value, IReadOnlyList<Diagnostic> Diagnostics) Read(string text)
    {
        var diagnostics = new List<Diagnostic>();
        var root = YamlReader.Read(new SourceText(text), diagnostics, []);
        return (root is null ? null : ToValue(root), diagnostics);
    }

    private static Value ToValue(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Value,
        YamlSequence sequence => Value.List(sequence.Items.Select(ToValue)),
        YamlMapping mapping => Value.Map(mapping.Entries.Select(entry => (entry.Name, ToValue(entry.Value)))),
        _ => throw new InvalidOperationException($"{node.GetType().Name} is no YAML node"),
    };
}
