using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Folding;

/// <summary>One step of one run, as far as its journal tells. See <see cref="RunState"/> for who changes it.</summary>
internal sealed class StepState(string key, Step step, ScopeState scope)
{
    public string Key { get; } = key;

    /// <summary>The step of the definition; a migration changes it.</summary>
    public Step Step { get; set; } = step;

    /// <summary>The flow instance it stands in.</summary>
    public ScopeState Scope { get; } = scope;

    public StepStatus Status { get; set; }

    /// <summary>Number of the latest attempt; starts again after a good poll.</summary>
    public int Attempt { get; set; }

    /// <summary>Attempts that failed in a row.</summary>
    public int Failures { get; set; }

    /// <summary>How often it looked without finding the world as it must be.</summary>
    public int Polls { get; set; }

    /// <summary>How often an operator had it run again.</summary>
    public int Redone { get; set; }

    /// <summary>At how many crashes in a row it was under way.</summary>
    public int Crashes { get; set; }

    /// <summary>The input as recorded; null = the constant one.</summary>
    public MapValue? Input { get; set; }

    /// <summary>True when an operator edited <see cref="Input"/>: it is then never evaluated again.</summary>
    public bool InputIsEdited { get; set; }

    /// <summary>Where an activity made in Studio acts, evaluated with its input: see <see cref="Elsa.ElsaSteps.Place"/>; null = as its policy says.</summary>
    public MapValue? Place { get; set; }

    public Value? Output { get; set; }

    public bool? Changed { get; set; }

    /// <summary>What its undo must know of the world before it, as its first look found it; null while nothing was recorded. See <see cref="Journal.StepIntended"/>.</summary>
    public Value? Intent { get; set; }

    public Failure? Failure { get; set; }

    public WaitState? Wait { get; set; }

    public DateTimeOffset ReadyAt { get; set; }

    public DateTimeOffset? FirstStartedAt { get; set; }

    public DateTimeOffset? StartedAt { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    public string? ChildRunId { get; set; }

    /// <summary>The outcome its connections were followed by; null while it has none.</summary>
    public string? Outcome { get; set; }

    /// <summary>Its place in the order of completion; 0 before.</summary>
    public int Order { get; set; }

    /// <summary>True when its attempt was asked to stop, or its container is being cancelled.</summary>
    public bool IsStopping { get; set; }

    /// <summary>True after a crash until it is known whether the lost attempt took effect.</summary>
    public bool NeedsVerification { get; set; }

    /// <summary>The step that waits for this one to make its secret anew; null for none.</summary>
    public string? RefreshedFor { get; set; }

    /// <summary>A block's failure that its <c>always</c> delays; a container's failure once broken.</summary>
    public Failure? BodyFailure { get; set; }

    /// <summary>Items of a foreach: pairs of key and value.</summary>
    public ListValue? Items { get; set; }

    /// <summary>Open and ended scopes of a container, in order of opening.</summary>
    public List<ScopeState> Scopes { get; } = [];

    public bool IsContainer => Step.Kind is StepKind.Block or StepKind.Parallel or StepKind.ForEach or StepKind.Flowchart;

    public bool IsActive => Status is StepStatus.Ready or StepStatus.Running or StepStatus.Waiting or StepStatus.Paused;

    /// <summary>When all attempts and polls must be over; null = never.</summary>
    public DateTimeOffset? TotalDeadline => Step.TotalTimeout is { } total ? (FirstStartedAt ?? ReadyAt) + total : null;
}

/// <summary>What a step waits for.</summary>
/// <param name="Kind">As in <see cref="WaitView.Kind"/>.</param>
/// <param name="Reason">Completes "waiting: …".</param>
/// <param name="Next">When it goes on by itself; null = never.</param>
/// <param name="Deadline">When it gives up; null = never.</param>
/// <param name="Since">Since when.</param>
/// <param name="Signal">The signal it waits for; null for other kinds.</param>
internal sealed record WaitState(string Kind, string Reason, DateTimeOffset? Next, DateTimeOffset? Deadline, DateTimeOffset Since, string? Signal = null);
