using Orchestrator.Engine.Graphs;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Folding;

/// <summary>One instance of a flow in a run: its steps by index and the visits of its connections, which is what counter mode decides by.</summary>
internal sealed class ScopeState
{
    public ScopeState(string id, Flow flow, StepState? owner, string? item, Value? itemValue)
    {
        Id = id;
        Flow = flow;
        Owner = owner;
        Item = item;
        ItemValue = itemValue;
        Parent = owner?.Scope;
        Prefix = item is null ? Parent?.Prefix ?? "" : $"{owner!.Key}[{item}]/";
        Steps = new StepState[flow.Steps.Length];
        Runs = new int[flow.Steps.Length];
        Visits = new int[flow.Edges.Length];
        Followed = new bool[flow.Edges.Length];
    }

    public string Id { get; }

    public Flow Flow { get; }

    /// <summary>The container; null at the top of a run.</summary>
    public StepState? Owner { get; }

    public ScopeState? Parent { get; }

    /// <summary>Key of the foreach item; null elsewhere.</summary>
    public string? Item { get; }

    /// <summary>The item itself.</summary>
    public Value? ItemValue { get; }

    /// <summary>What the keys of its steps begin with.</summary>
    public string Prefix { get; }

    public StepState[] Steps { get; }

    /// <summary>How often each step was run or passed over.</summary>
    public int[] Runs { get; }

    /// <summary>How often each connection was visited.</summary>
    public int[] Visits { get; }

    /// <summary>Whether the latest visit followed it.</summary>
    public bool[] Followed { get; }

    /// <summary>Steps that are ready, running, waiting or paused.</summary>
    public int Active { get; set; }

    /// <summary>Steps settled in the decision under way whose followers are not decided yet; 0 between decisions.</summary>
    public int Pending { get; set; }

    /// <summary>True when nothing more can happen in it.</summary>
    public bool IsClosed => Active == 0 && Pending == 0;

    /// <summary>The first failure that was not allowed; null while there is none.</summary>
    public Failure? Failure { get; set; }

    /// <summary>The step it came from.</summary>
    public string? FailedStep { get; set; }

    /// <summary>Key of a step of its flow. The step that a foreach repeats carries the foreach's id, so its key needs no second name.</summary>
    public string KeyOf(Step step) => Item is not null && step.Id == Owner!.Step.Id ? $"{Owner.Key}[{Item}]" : Prefix + step.Id;

    /// <summary>Id of the scope of a container.</summary>
    public static string IdOf(string ownerKey, FlowRole role, string? item) => item is not null ? $"{ownerKey}[{item}]" : role switch
    {
        FlowRole.Rescue => ownerKey + "#rescue",
        FlowRole.Always => ownerKey + "#always",
        _ => ownerKey + "#body",
    };
}
