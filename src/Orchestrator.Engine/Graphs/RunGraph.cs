using System.Collections.Concurrent;
using Orchestrator.Engine.Elsa;
using Orchestrator.Engine.Elsa.Flowcharts;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Scripts;

namespace Orchestrator.Engine.Graphs;

/// <summary>
/// A definition with its connections resolved to indexes: what folding and deciding walk. Immutable, made once per definition and process, shared by all its runs.
/// </summary>
internal sealed class RunGraph
{
    private readonly Dictionary<string, Step> _byId = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<string, Step> _made = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(string NodeId, int Start), FlowGraph> _flows = new();
    private readonly ConcurrentDictionary<string, Script> _scripts = new(StringComparer.Ordinal);
    private static readonly ActivityCatalog NoActivities = new([]);
    private readonly ActivityCatalog _activities;

    public RunGraph(Definition definition, ActivityCatalog activities)
    {
        Definition = definition;
        _activities = activities;
        // What Studio made is walked by its own interpreter; its steps stand in an empty flow.
        Root = new Flow(this, definition.Elsa is null ? definition.Root : new ActivityNode { Id = "studio", Type = ActivityTypes.Flowchart }, null, FlowRole.Root, activities);
        Rescue = definition.Rescue is { } rescue ? new Flow(this, rescue, null, FlowRole.Rescue, activities) : null;
        Always = definition.Always is { } always ? new Flow(this, always, null, FlowRole.Always, activities) : null;
    }

    /// <summary>One for those who only look at what runs did: no activity of it can act.</summary>
    public static RunGraph ToRead(string hash, ReadOnlySpan<byte> json) => new(DefinitionJson.Read(json) with { Hash = hash }, NoActivities);

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

    /// <summary>The step that does the work of an activity made in Studio, or runs a script for it. Made when first asked for.</summary>
    public Step StepOf(ElsaActivity node, bool isScript, string name) => _made.GetOrAdd(name, _ => Step.Of(this, node, isScript, name, _activities));

    /// <summary>The connections of a flowchart made in Studio, as they look from where it starts.</summary>
    public FlowGraph FlowOf(ElsaActivity flow, int start) => _flows.GetOrAdd((flow.NodeId, start), _ => new FlowGraph(flow, start));

    /// <summary>A script, parsed once.</summary>
    public Script ScriptOf(string source) => _scripts.GetOrAdd(source, Script.Parse);

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
