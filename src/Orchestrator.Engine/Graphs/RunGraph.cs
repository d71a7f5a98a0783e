using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Engine.Graphs;

/// <summary>
/// A definition with its connections resolved to indexes: what folding and deciding walk. Immutable, made once per definition and process, shared by all its runs.
/// </summary>
internal sealed class RunGraph
{
    private readonly Dictionary<string, Step> _byId = new(StringComparer.Ordinal);

    public RunGraph(Definition definition, ActivityCatalog activities)
    {
        Definition = definition;
        Root = new Flow(this, definition.Root, null, FlowRole.Root, activities);
        Rescue = definition.Rescue is { } rescue ? new Flow(this, rescue, null, FlowRole.Rescue, activities) : null;
        Always = definition.Always is { } always ? new Flow(this, always, null, FlowRole.Always, activities) : null;
    }

    /// <summary>What it was made from.</summary>
    public Definition Definition { get; }

    /// <summary>The steps.</summary>
    public Flow Root { get; }

    /// <summary>The top-level rescue; null = none.</summary>
    public Flow? Rescue { get; }

    /// <summary>The top-level always; null = none.</summary>
    public Flow? Always { get; }

    /// <summary>A step of the definition by its id; null when there is none.</summary>
    public Step? Find(string id) => _byId.GetValueOrDefault(id);

    /// <summary>Ids of all steps, for messages.</summary>
    public IEnumerable<string> Ids => _byId.Keys;

    internal void Register(Step step) => _byId[step.Id] = step;
}

/// <summary>What a flow is to its owner.</summary>
internal enum FlowRole
{
    Root,
    Body,
    Rescue,
    Always,
}
