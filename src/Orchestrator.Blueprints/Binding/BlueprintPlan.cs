using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Blueprints.Binding;

/// <summary>A blueprint with its names bound: what the checks look at and the lowering translates. Parts that were wrong are missing.</summary>
internal sealed class BlueprintPlan(SourceText source, YamlMapping root)
{
    private ILookup<string, StepPlan>? _byId;

    public SourceText Source { get; } = source;

    public YamlMapping Root { get; } = root;

    public List<InputPlan> Inputs { get; } = [];

    public List<ValuePlan> Vars { get; } = [];

    /// <summary>Declared secrets: the name's key and the reference.</summary>
    public List<NamedNode> Secrets { get; } = [];

    public List<TargetDeclaration> Targets { get; } = [];

    public List<TriggerDeclaration> Triggers { get; } = [];

    public List<(ValuePlan Require, YamlScalar? Message)> Checks { get; } = [];

    public ValuePlan? ConcurrencyGroup { get; set; }

    public YamlMapping? Defaults { get; set; }

    public List<ValuePlan> DefaultEnvironment { get; } = [];

    public List<StepPlan> Steps { get; } = [];

    public List<StepPlan> Rescue { get; } = [];

    public List<StepPlan> Always { get; } = [];

    public List<ValuePlan> Outputs { get; } = [];

    /// <summary>Every step at any depth, in order of the text.</summary>
    public List<StepPlan> AllSteps { get; } = [];

    /// <summary>Every value of the blueprint that may hold expressions, in order of the text.</summary>
    public List<ValuePlan> Values { get; } = [];

    /// <summary>The steps of an id: one, unless the blueprint is wrong. Ask only when all are bound.</summary>
    public IEnumerable<StepPlan> StepsNamed(string id) => (_byId ??= AllSteps.ToLookup(step => step.Id, StringComparer.Ordinal))[id];

    public TargetDeclaration? Target(string? name) => Targets.Find(target => target.Name == name);
}

/// <summary>A key and what stands behind it.</summary>
internal sealed record NamedNode(YamlScalar Key, YamlNode Value)
{
    public string Name => Key.Text;
}

/// <summary>An input: its schema, and whether a run must give it.</summary>
internal sealed record InputPlan(YamlScalar Key, YamlMapping Node, SchemaField Field)
{
    public string Name => Key.Text;
}

/// <summary>A declared target.</summary>
/// <param name="Key">Its name.</param>
/// <param name="Node">The whole entry.</param>
/// <param name="Kind"><c>local</c>, <c>ssh</c>, … or null when that is wrong.</param>
/// <param name="Settings">The settings below the kind.</param>
/// <param name="Hosts">Overrides by host; null when it is no group.</param>
internal sealed record TargetDeclaration(YamlScalar Key, YamlMapping Node, string? Kind, ValuePlan? Settings, ValuePlan? Hosts)
{
    public string Name => Key.Text;

    public bool IsGroup => Node.Find("hosts") is not null;
}
