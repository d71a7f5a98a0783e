using Orchestrator.Engine.Journal;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>What a fact leads to. The events are already folded into the state; the rest is for the run loop to carry out, after the commit.</summary>
internal sealed class Decision
{
    /// <summary>Events to commit, in order.</summary>
    public List<JournalEvent> Events { get; } = [];

    /// <summary>Secrets to seal in the same commit: reference and the secret as it was made.</summary>
    public List<(string Reference, Secret Secret)> Secrets { get; } = [];

    /// <summary>Waiting steps whose time has come: they take their place in the queue.</summary>
    public List<string> Due { get; } = [];

    /// <summary>Lines for the run's log: the activity and the text.</summary>
    public List<(string Step, string Line)> Lines { get; } = [];

    /// <summary>Child runs that must be cancelled with this one.</summary>
    public List<string> CancelChildren { get; } = [];

    /// <summary>Why an operator's wish was refused; null when it was granted or none was asked.</summary>
    public string? Refusal { get; set; }

    public bool IsEmpty => Events.Count == 0 && Due.Count == 0 && Refusal is null;
}
