using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>What a rollback must know about changes whose outcome was lost: see <see cref="StepIntended"/>.</summary>
internal static class Intending
{
    /// <summary>True when the step's intent is worth a commit: its run may take it back.</summary>
    public static bool IsRecorded(Definition definition, Step step) => definition.OnFailure == OnFailure.Rollback && step is { Undo: not null, Undoes: null };

    /// <summary>An attempt is about to change the world. The first intent stands until the step's input changes: only that look saw the world as it was before.</summary>
    public static void Intend(Decider decider, IntendedFact fact)
    {
        var step = decider.State.Steps[fact.Step];
        if (step.Status != StepStatus.Running || step.Attempt != fact.Attempt || step.Intent is not null) return;
        decider.Emit(new StepIntended(decider.Seal(fact.Output ?? Value.EmptyMap, step.Key + "/intent")), step, step.Attempt);
    }

    /// <summary>An output with what an earlier attempt of the step set out to do: that is part of what the step did.</summary>
    public static Value With(Value output, Value intent)
    {
        if (intent is not MapValue foretold || output is not MapValue found) return output;
        return Value.Map(found.Entries.Select(entry => (entry.Key, foretold.Get(entry.Key) is { IsNull: false } known ? known : entry.Value)));
    }
}

/// <summary>An attempt is about to change the world.</summary>
/// <param name="Step">Key.</param>
/// <param name="Attempt">Number of the attempt.</param>
/// <param name="Output">Fields of its output that the undo needs; null when it needs none.</param>
/// <param name="Recorded">Completes when the intent is on disk: true when it is this attempt's, false when an earlier one stands.</param>
internal sealed record IntendedFact(string Step, int Attempt, MapValue? Output, TaskCompletionSource<bool> Recorded) : Fact;
