using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Folding;

/// <summary>
/// What the journal of one run comes to. Only <see cref="Fold"/> changes it, and only by events; equal journals give equal states. Owned by one thread at a time.
/// </summary>
internal sealed class RunState(string runId, RunGraph graph)
{
    public string RunId { get; } = runId;

    /// <summary>The definition; a migration changes it.</summary>
    public RunGraph Graph { get; set; } = graph;

    /// <summary>The definition that the migration to be folded in next leads to: whoever folds has fetched it. Not part of the folded state.</summary>
    public RunGraph? Next { get; set; }

    /// <summary>Finds the plain text of a secret by reference; throws where nobody may see secrets. Not part of the folded state.</summary>
    public Model.Values.ValueJson.ResolveSecret Resolve { get; set; } = reference => throw new FailureException("secret.unresolved", FailureKind.Permanent, $"secret {reference} cannot be resolved here");

    /// <summary>Steps that became ready since the run loop last took them. Not part of the folded state.</summary>
    public List<StepState> Fresh { get; } = [];

    /// <summary>What a workflow made in Studio keeps; null for a blueprint.</summary>
    public Elsa.ElsaState? Elsa { get; set; }

    /// <summary>Who hears of executions while the journal is folded, for views; null otherwise. Not part of the folded state.</summary>
    public Elsa.ElsaTrace? Trace { get; set; }

    /// <summary>Number of the last event folded in.</summary>
    public long Seq { get; set; }

    /// <summary>Instant of the last event folded in.</summary>
    public DateTimeOffset UpdatedAt { get; set; }

    public RunPhase Phase { get; set; } = RunPhase.Steps;

    /// <summary>Set at the end, and for a run that waits for its group.</summary>
    public RunStatus? Fixed { get; set; }

    public DateTimeOffset CreatedAt { get; set; }

    public DateTimeOffset Deadline { get; set; }

    public DateTimeOffset? CompletedAt { get; set; }

    public MapValue Inputs { get; set; } = Value.EmptyMap;

    public MapValue Vars { get; set; } = Value.EmptyMap;

    public MapValue? Outputs { get; set; }

    public IReadOnlyDictionary<string, string> Labels { get; set; } = new Dictionary<string, string>();

    public string? ParentRunId { get; set; }

    public string? ParentStep { get; set; }

    public string? StartKey { get; set; }

    public string? Group { get; set; }

    /// <summary>Why it fails or failed; null otherwise.</summary>
    public Failure? Failure { get; set; }

    /// <summary>Key of the step that failed it.</summary>
    public string? FailedStep { get; set; }

    /// <summary>Set while it is being cancelled or has timed out.</summary>
    public CancelState? Cancel { get; set; }

    /// <summary>True once a rollback has begun.</summary>
    public bool RolledBack { get; set; }

    /// <summary>True when the engine let go of it in good order.</summary>
    public bool Released { get; set; }

    /// <summary>How many recoveries and reopenings there were; <c>run.attempt</c> is one more than the reopenings.</summary>
    public int Reopened { get; set; }

    /// <summary>How many steps have completed; numbers the order in which a rollback goes back.</summary>
    public int Completions { get; set; }

    /// <summary>Signals that came before anything waited for them, oldest first.</summary>
    public List<KeptSignal> Signals { get; } = [];

    /// <summary>In the order in which they came about, also when others were forgotten in between: who folds from a snapshot must see them as who folds from the start.</summary>
    public OrderedDictionary<string, StepState> Steps { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, ScopeState> Scopes { get; } = new(StringComparer.Ordinal);

    /// <summary>Steps whose status is waiting, in the order in which they came to it.</summary>
    public List<StepState> Waiting { get; } = [];

    /// <summary>How many steps are ready or have an attempt under way.</summary>
    public int Moving { get; set; }

    /// <summary>How many steps are paused.</summary>
    public int Paused { get; set; }

    public bool IsEnded => Phase == RunPhase.Ended;

    public RunStatus Status =>
        Fixed ?? (Moving > 0 || Elsa is { Queue.Count: > 0 } ? RunStatus.Running : Paused > 0 || IsStuck ? RunStatus.Paused : RunStatus.Waiting);

    /// <summary>True when nothing is left that could wake a workflow made in Studio: a merge waits for what cannot come, or a fault holds a branch.</summary>
    public bool IsStuck => Elsa is { Queue.Count: 0, Bookmarks.Count: 0 } && !IsEnded && Moving == 0 && Paused == 0 && Waiting.Count == 0 && Cancel is null;

    /// <summary>When something in it is due next; null when only an event wakes it.</summary>
    public DateTimeOffset? NextWake()
    {
        if (IsEnded) return null;
        var next = Cancel is { } cancel ? cancel.IsOver ? null : cancel.Deadline : (DateTimeOffset?)Deadline;
        foreach (var step in Waiting)
        {
            if (step.Wait is not { } wait) continue;
            next = Earlier(Earlier(next, wait.Next), wait.Deadline);
        }

        if (Elsa is { } elsa)
            foreach (var bookmark in elsa.Bookmarks) next = Earlier(next, bookmark.Due);

        return next;
    }

    private static DateTimeOffset? Earlier(DateTimeOffset? one, DateTimeOffset? other) =>
        other is null || one <= other ? one : other;
}

/// <summary>What a run is doing on its way.</summary>
internal enum RunPhase
{
    Steps,
    Rescue,
    Undo,
    Always,
    Ended,
}

/// <summary>A request to end.</summary>
/// <param name="By">Who asked.</param>
/// <param name="Reason">In words.</param>
/// <param name="Deadline">Until when activities may take to stop.</param>
/// <param name="Fails">True when the run shall end failed.</param>
/// <param name="IsOver">True once everything has stopped.</param>
internal sealed record CancelState(string By, string Reason, DateTimeOffset Deadline, bool Fails, bool IsOver = false);

/// <summary>A signal that nothing waited for yet.</summary>
internal sealed record KeptSignal(string Name, Value Payload);
