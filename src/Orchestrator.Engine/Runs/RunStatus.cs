namespace Orchestrator.Engine.Runs;

/// <summary>Where a run stands. In Elsa's API: Pending, Executing, Suspended, Suspended, Finished, Faulted, Cancelled.</summary>
public enum RunStatus
{
    /// <summary>Accepted, not begun (it may wait for its concurrency group).</summary>
    Pending,

    /// <summary>Owned and moving.</summary>
    Running,

    /// <summary>Nothing moves until a stored wake-up: timer, signal, retry, slot, child.</summary>
    Waiting,

    /// <summary>Stopped with a reason; a person must act.</summary>
    Paused,

    /// <summary>Ended well.</summary>
    Completed,

    /// <summary>Ended badly; <c>retry</c> can reopen it.</summary>
    Failed,

    /// <summary>Ended because someone asked.</summary>
    Cancelled,
}

/// <summary>Where a step stands.</summary>
public enum StepStatus
{
    /// <summary>Not reached yet.</summary>
    Pending,

    /// <summary>Its turn has come; it is about to run, or waits for a place.</summary>
    Ready,

    /// <summary>An attempt is under way.</summary>
    Running,

    /// <summary>Waits for a timer, a signal, a person, a child run or the next poll or attempt.</summary>
    Waiting,

    /// <summary>Failed for good and holds the run until a person acts.</summary>
    Paused,

    /// <summary>Done.</summary>
    Completed,

    /// <summary>Not run: its condition was false, its branch not taken, or an operator skipped it.</summary>
    Skipped,

    /// <summary>Failed for good.</summary>
    Failed,

    /// <summary>Cancelled before its end.</summary>
    Cancelled,

    /// <summary>Completed, then undone by a rollback.</summary>
    Undone,
}
