namespace Orchestrator.Model.Activities;

/// <summary>What an activity may do to the world. It decides what happens after a crash between start and outcome, and the default retry.</summary>
public enum Effect
{
    /// <summary>Changes nothing. After a crash: run again.</summary>
    Read,

    /// <summary>Doing it twice is the same as once. After a crash: run again.</summary>
    Idempotent,

    /// <summary>Takes <see cref="ActivityContext.IdempotencyKey"/>; the far side drops the second of two equal keys. After a crash: run again with the same key.</summary>
    Keyed,

    /// <summary>Starts a long job that can be found again by its key. After a crash: ask the target for the job and go on waiting.</summary>
    Reattach,

    /// <summary>May not be done twice. After a crash: verify if it can, else pause with an unknown outcome. Never retried unless asked.</summary>
    Once,
}
