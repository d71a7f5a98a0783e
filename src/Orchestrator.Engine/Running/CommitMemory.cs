using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Engine.Running;

/// <summary>What the store knows about a run beside its journal, so that only differences are written.</summary>
internal sealed class CommitMemory
{
    /// <summary>True before the first commit of a run.</summary>
    public bool IsNew { get; set; }

    /// <summary>Status in the summary row; null until one is written or read.</summary>
    public RunStatus? Status { get; private set; }

    /// <summary>The status that waiters were last told.</summary>
    public RunStatus? Announced { get; set; }

    /// <summary>Due instant of the wake-up row.</summary>
    public DateTimeOffset? Wake { get; private set; }

    /// <summary>What it is to be after the commit under way.</summary>
    public DateTimeOffset? NextWake { get; set; }

    /// <summary>False while it is not known whether there is such a row.</summary>
    public bool WakeIsKnown { get; private set; }

    /// <summary>Keys of timer rows that came due and go with the next commit.</summary>
    public HashSet<string> Fired { get; } = new(StringComparer.Ordinal);

    private string? _attention;
    private string? _definition;

    /// <summary>A run was read from the store.</summary>
    public void Loaded(RunState state) => (Status, Announced) = (null, state.Status);

    public bool NeedsSummary(RunState state, RunStatus status)
    {
        if (IsNew) WakeIsKnown = true;
        return Status != status || _definition != state.Graph.Definition.Hash || _attention != AttentionOf(state, status);
    }

    /// <summary>A commit has succeeded.</summary>
    public void Stored(RunState state, RunStatus status)
    {
        IsNew = false;
        Status = status;
        _attention = AttentionOf(state, status);
        _definition = state.Graph.Definition.Hash;
        Wake = NextWake;
        WakeIsKnown = true;
    }

    /// <summary>Why a person should look; null when nobody needs to.</summary>
    public static string? AttentionOf(RunState state, RunStatus status)
    {
        if (status == RunStatus.Failed) return Short(state.Failure?.ToString());
        if (status == RunStatus.Paused && state.IsStuck) return Short(StuckReason(state));
        if (state.Paused == 0 && status != RunStatus.Waiting) return null;
        foreach (var step in state.Steps.Values)
        {
            if (step.Status == StepStatus.Paused) return Short($"{step.Key}: {step.Failure}");
            if (step is { Status: StepStatus.Waiting, Wait.Kind: "approval" }) return Short($"{step.Key}: approval: {step.Wait.Reason}");
        }

        return null;
    }

    /// <summary>Why nothing can wake a workflow made in Studio.</summary>
    public static string StuckReason(RunState state) => state.Elsa!.Incidents is { Count: > 0 } incidents
        ? $"{state.Elsa.Find(incidents[0].Activity)?.Node.Id}: {incidents[0].Failure.Message}"
        : $"nothing is left that could wake it: {string.Join(", ", state.Elsa.Activities.Values.Where(activity => activity.Status == ExecutionStatus.Running).Select(activity => activity.Node.Id))} waits for branches that were not taken";

    private static string? Short(string? text) => text is { Length: > 200 } ? string.Concat(text.AsSpan(0, 199), "…") : text;
}
