using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Engine.Running;

/// <summary>What a parent hears of a child that ended.</summary>
internal static class ChildResults
{
    public static ChildEndedFact Of(RunState child, DateTimeOffset now) =>
        new(child.RunId, child.Status == RunStatus.Completed ? Outputs(child) : null, child.Failure, child.Status == RunStatus.Cancelled) { Now = now };

    private static Model.Values.MapValue? Outputs(RunState child) =>
        child.Elsa?.Outcomes is { } outcomes ? child.Outputs!.With(Elsa.Steps.WorkflowOutcomes.Key, outcomes) : child.Outputs;

    /// <summary>The same from the store, for a wake-up that outlived its process; null when the child goes on (it was reopened).</summary>
    public static async Task<ChildEndedFact?> LoadAsync(EngineCore core, string childRunId)
    {
        var child = await JournalReader.LoadAsync(core.Store, childRunId, core.Definitions.LoadAsync, core.AnySecrets.Resolve).ConfigureAwait(false);
        return child is { IsEnded: true } ? Of(child, core.Now()) : null;
    }
}
