using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Elsa;

/// <summary>An activity of a workflow made in Studio.</summary>
public sealed class ElsaActivity
{
    /// <summary>Unique in its container.</summary>
    public required string Id { get; init; }

    /// <summary>Ids from the root joined by <c>:</c>, beginning with <c>Workflow1</c>.</summary>
    public required string NodeId { get; init; }

    /// <summary>For example <c>Elsa.WriteLine</c> or <c>firewall.open</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Its version.</summary>
    public int Version { get; init; } = 1;

    /// <summary>For people; null = none.</summary>
    public string? Name { get; init; }

    /// <summary>The container or owner; null for the workflow.</summary>
    public ElsaActivity? Parent { get; init; }

    /// <summary>What its steps are called in the run: its id, or its path where the id is not unique in the workflow.</summary>
    public string StepId { get; set; } = "";

    /// <summary>True when it may start the workflow.</summary>
    public bool CanStart { get; init; }

    /// <summary>How arrivals meet before it, in token mode: <c>None Stream Merge Converge Cascade Race</c>; null = not said.</summary>
    public string? MergeMode { get; init; }

    /// <summary>Inputs by property name (camel case).</summary>
    public IReadOnlyDictionary<string, ElsaInput> Inputs { get; init; } = new Dictionary<string, ElsaInput>();

    /// <summary>Where outputs go: property name to the id of a variable or workflow output.</summary>
    public IReadOnlyDictionary<string, string> Outputs { get; init; } = new Dictionary<string, string>();

    /// <summary>Properties that are no inputs, for example <c>joinMode</c>.</summary>
    public MapValue Bare { get; init; } = Value.EmptyMap;

    /// <summary>Activities in ports, by property name: <c>then</c>, <c>body</c> …</summary>
    public Dictionary<string, ElsaActivity> Ports { get; } = new(StringComparer.Ordinal);

    /// <summary>Children in order: of a flowchart, sequence or parallel; the branches of a fork.</summary>
    public List<ElsaActivity> Children { get; } = [];

    /// <summary>Cases of a switch, status codes of a request.</summary>
    public List<ElsaCase> Cases { get; } = [];

    /// <summary>Connections of a flowchart whose both ends exist, each once.</summary>
    public List<ElsaConnection> Connections { get; } = [];

    /// <summary>Variables it declares.</summary>
    public IReadOnlyList<ElsaVariable> Variables { get; init; } = [];

    /// <summary>How a step of it is run, where it is a step.</summary>
    public StepPolicy Policy { get; init; } = StepPolicy.Default;

    /// <summary>The child that a flowchart says to start with; null = not said.</summary>
    public string? Start { get; init; }

    /// <summary>Definition id of the workflow that it stands for; null for ordinary activities.</summary>
    public string? WorkflowDefinitionId => Bare.Get("workflowDefinitionId")?.AsString();

    /// <summary>The activity in a port; null when there is none.</summary>
    public ElsaActivity? Port(string name) => Ports.GetValueOrDefault(name);

    /// <inheritdoc/>
    public override string ToString() => NodeId;
}

/// <summary>An input as written.</summary>
/// <param name="TypeName">The type it is converted to; null = as the activity says.</param>
/// <param name="Syntax"><c>Literal Object Variable Input JavaScript</c> or another.</param>
/// <param name="Content">The expression.</param>
public sealed record ElsaInput(string? TypeName, string Syntax, Value Content)
{
    /// <summary>True when nothing has to be evaluated for it.</summary>
    public bool IsConstant => Syntax is "Literal" or "Object";

    /// <summary>The value of a constant.</summary>
    internal Value Constant => Syntax == "Object" && Content is StringValue text ? PlainJson.TryParse(text.Text) ?? Content : ElsaTypes.Convert(Content, TypeName);
}

/// <summary>A case of a switch or a status code of a request.</summary>
/// <param name="Label">Its name.</param>
/// <param name="Condition">When it is taken; null = never by a condition.</param>
/// <param name="Activity">What it runs; null = nothing, or what is connected to the port of that label.</param>
public sealed record ElsaCase(string Label, ElsaInput? Condition, ElsaActivity? Activity);

/// <summary>A connection of a flowchart, by index of the children.</summary>
/// <param name="Source">The child it leaves.</param>
/// <param name="Port">The outcome that follows it; null = plain completion.</param>
/// <param name="Target">The child it leads to.</param>
public sealed record ElsaConnection(int Source, string? Port, int Target);
