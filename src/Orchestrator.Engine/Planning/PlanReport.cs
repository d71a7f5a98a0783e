using Orchestrator.Model.Activities;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Planning;

/// <summary>What a run would do now, found out by reading only. Holds no plain text of secrets.</summary>
/// <param name="Blueprint">Name of the blueprint.</param>
/// <param name="Version">Major version.</param>
/// <param name="Definition">Content hash.</param>
/// <param name="Steps">The steps in order of the source, <c>always</c> last; containers hold their children. What only runs after a failure (<c>rescue</c>, <c>undo</c>) is not in it.</param>
/// <param name="Outputs">The run's outputs as far as they are known; the others are <see cref="UnknownValue"/>s.</param>
public sealed record PlanReport(string Blueprint, int Version, string Definition, IReadOnlyList<StepPlan> Steps, MapValue Outputs)
{
    /// <summary>How many leaves stand where; states nobody is in are missing.</summary>
    public IReadOnlyDictionary<PlanState, int> Totals => Leaves(Steps).GroupBy(step => step.State).ToDictionary(group => group.Key, group => group.Count());

    /// <summary>True when a run would certainly change nothing.</summary>
    public bool IsUnchanged => Leaves(Steps).All(step => step.State is PlanState.Unchanged or PlanState.Skipped);

    private static IEnumerable<StepPlan> Leaves(IEnumerable<StepPlan> steps) => steps.SelectMany(step => step.Children.Count == 0 ? [step] : Leaves(step.Children));
}

/// <summary>What a run would do about one step.</summary>
/// <param name="Key">Its key in the run, for example <c>hosts[node1]/install</c>; steps of a called blueprint are prefixed with the calling step's key and a slash.</param>
/// <param name="Id">Its id in the blueprint.</param>
/// <param name="Name">For people.</param>
/// <param name="Type">Activity or container type.</param>
/// <param name="Span">Where it stands in its blueprint.</param>
/// <param name="State">What would become of it. A container's is the gravest of its children's.</param>
/// <param name="Changes">What would change; empty unless <see cref="PlanState.WouldChange"/>.</param>
/// <param name="Reason">Completes the state, one clause; null when the state says it all.</param>
/// <param name="Children">Steps of a container, items of a <c>foreach</c>, steps of a called blueprint.</param>
public sealed record StepPlan(
    string Key, string Id, string Name, string Type, SourceSpan Span, PlanState State, IReadOnlyList<Change> Changes, string? Reason, IReadOnlyList<StepPlan> Children);

/// <summary>What would become of a step, from the least to the gravest.</summary>
public enum PlanState
{
    /// <summary>Its condition is false, or its branch is not taken.</summary>
    Skipped,

    /// <summary>All is so already.</summary>
    Unchanged,

    /// <summary>Whether it runs is decided by what an earlier step gives.</summary>
    DecidedAfter,

    /// <summary>What it does is known when an earlier step has run.</summary>
    KnownAfter,

    /// <summary>It would run; what it does cannot be read off the world.</summary>
    WouldRun,

    /// <summary>It would change these things.</summary>
    WouldChange,

    /// <summary>Looking failed, perhaps because what an earlier step makes is not there yet.</summary>
    CannotTell,

    /// <summary>Its target cannot be reached now.</summary>
    TargetUnreachable,

    /// <summary>It would fail: its inputs are wrong whatever the world looks like.</summary>
    WouldFail,
}
