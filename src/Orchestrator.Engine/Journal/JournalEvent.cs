using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>Something that happened to a run. Each type has a file here and a row in the README. Written once, when it is decided; read by <see cref="Folding.Fold"/>.</summary>
internal abstract record JournalEvent
{
    /// <summary>Name of the type in the journal.</summary>
    public abstract string Type { get; }

    /// <summary>When it was decided, UTC, whole milliseconds.</summary>
    public DateTimeOffset At { get; init; }

    /// <summary>Step key; null for events of the run as a whole.</summary>
    public string? Step { get; init; }

    /// <summary>1-based attempt; 0 where it has no meaning.</summary>
    public int Attempt { get; init; }

    /// <summary>What it leads to, in order; null for nothing. Filled while the decision is made, fixed once committed.</summary>
    public List<Move>? Moves { get; set; }

    /// <summary>When the attempt began that this outcome ends, if no <see cref="StepStarted"/> was journaled for it.</summary>
    public virtual DateTimeOffset? AbsorbedStart => null;

    /// <summary>Writes the members of the body.</summary>
    public virtual void Write(Utf8JsonWriter writer)
    {
    }
}

/// <summary>The journal holds an event that this program does not know, so it must not act on the run.</summary>
internal sealed class UnknownEventException(string runId, long seq, string type)
    : Exception($"the journal of {runId} has an event `{type}` at {seq} that this version does not know; use a newer one");
