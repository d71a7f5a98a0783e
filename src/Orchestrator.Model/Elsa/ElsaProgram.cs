using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Elsa;

/// <summary>
/// A workflow as Elsa Studio makes it: its definition JSON, read once into what an interpreter walks. Immutable. The bytes are kept as they came, so that nothing of what others wrote is lost.
/// </summary>
public sealed record ElsaProgram
{
    /// <summary>Shared by all versions.</summary>
    public required string DefinitionId { get; init; }

    /// <summary>Id of this version; empty when the JSON has none.</summary>
    public string VersionId { get; init; } = "";

    /// <summary>For people.</summary>
    public string Name { get; init; } = "";

    /// <summary>1, 2, 3 …</summary>
    public int Version { get; init; } = 1;

    /// <summary>The synthetic activity <c>Workflow1</c> of type <c>Elsa.Workflow</c>; its body is the root of the definition.</summary>
    public required ElsaActivity Workflow { get; init; }

    /// <summary>Variables of the workflow as a whole.</summary>
    public IReadOnlyList<ElsaVariable> Variables => Workflow.Variables;

    /// <summary>Declared inputs.</summary>
    public IReadOnlyList<ElsaParameter> Inputs { get; init; } = [];

    /// <summary>Declared outputs.</summary>
    public IReadOnlyList<ElsaParameter> Outputs { get; init; } = [];

    /// <summary>What happens to the run when an activity faults.</summary>
    public ElsaIncidentStrategy IncidentStrategy { get; init; }

    /// <summary>Which starts are refused because others run already.</summary>
    public ElsaActivation Activation { get; init; }

    /// <summary>The same as blueprints say it.</summary>
    public OnFailure OnFailure => IncidentStrategy switch
    {
        ElsaIncidentStrategy.Pause => OnFailure.Pause,
        ElsaIncidentStrategy.Rollback => OnFailure.Rollback,
        _ => OnFailure.Stop,
    };

    /// <summary>True when other workflows may use it as an activity.</summary>
    public bool UsableAsActivity { get; init; }

    /// <summary>True when its flowcharts run in token mode; else they count visits.</summary>
    public bool UsesTokens { get; init; }

    /// <summary>Every activity by node id, in order of the source.</summary>
    public required IReadOnlyDictionary<string, ElsaActivity> Nodes { get; init; }

    /// <summary>What can start a run by itself: the trigger activities that may start the workflow.</summary>
    public required IReadOnlyList<ElsaTrigger> Triggers { get; init; }

    /// <summary>The definition as it came.</summary>
    public required ReadOnlyMemory<byte> Json { get; init; }
}

/// <summary>A variable of a workflow or of a container.</summary>
/// <param name="Id">What references say.</param>
/// <param name="Name">What scripts say.</param>
/// <param name="TypeName">An alias such as <c>Int32</c>.</param>
/// <param name="IsArray">True for a list of that type.</param>
/// <param name="Initial">The value it begins with, converted to its type.</param>
/// <param name="IsForgotten">True when it lives in memory only: it has its initial value again once the run has been suspended.</param>
public sealed record ElsaVariable(string Id, string Name, string TypeName, bool IsArray, Value Initial, bool IsForgotten = false);

/// <summary>A declared input or output of a workflow.</summary>
/// <param name="Name">Its name.</param>
/// <param name="TypeName">An alias such as <c>String</c>.</param>
/// <param name="IsArray">True for a list of that type.</param>
public sealed record ElsaParameter(string Name, string TypeName, bool IsArray);

/// <summary>What a fault means for the run.</summary>
public enum ElsaIncidentStrategy
{
    /// <summary>The run is faulted; what is queued already still runs.</summary>
    Fault,

    /// <summary>The fault is noted and other branches go on.</summary>
    Continue,

    /// <summary>Ours: the step that failed holds the run until a person has mended it; other branches go on.</summary>
    Pause,

    /// <summary>Ours: everything else is stopped, what was changed is taken back, last first, and the run is faulted.</summary>
    Rollback,
}

/// <summary>Which starts are refused.</summary>
public enum ElsaActivation
{
    /// <summary>None.</summary>
    Always,

    /// <summary>While a run of the workflow is under way.</summary>
    Singleton,

    /// <summary>While a run of the workflow with the same correlation id is under way.</summary>
    CorrelatedSingleton,

    /// <summary>While any run with the same correlation id is under way.</summary>
    Correlation,
}

/// <summary>An activity that can start a run.</summary>
/// <param name="ActivityId">Its id.</param>
/// <param name="NodeId">Its node id.</param>
/// <param name="Type">Its type, for example <c>Elsa.HttpEndpoint</c>: the name of the stimulus.</param>
/// <param name="Inputs">Its inputs as far as they are constant, by property name.</param>
/// <param name="Matches">What a stimulus must match, any of them; see <see cref="ElsaMatch"/>. For timers: the interval, expression or instant.</param>
public sealed record ElsaTrigger(string ActivityId, string NodeId, string Type, MapValue Inputs, IReadOnlyList<string> Matches);
