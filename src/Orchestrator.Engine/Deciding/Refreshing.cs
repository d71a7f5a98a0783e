using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>
/// A secret output that has expired by the time a step needs it is made anew: the step that made it runs again, and the one that needs it waits and then gets its inputs evaluated afresh. Only
/// secrets that stand directly in an input are seen; one inside a derived secret is not.
/// </summary>
internal static class Refreshing
{
    public static bool MustWait(Decider decider, StepState step)
    {
        if (step.Step.Undoes is not null || step.Step.Elsa is not null || step.Input is not { HasSecret: true } input || step.InputIsEdited) return false;
        if (Expired(decider, input) is not { } maker || !decider.State.Steps.TryGetValue(maker, out var made)) return false;
        if (made.Status != StepStatus.Completed || !made.Step.HasAttempts || made.Step.Kind == StepKind.Call) return false;
        decider.Emit(new StepRefreshed(step.Key), made);
        decider.Do(new Move(MoveKind.Scheduled, step.Key, Wait: new WaitState("secret", $"a new secret from {maker}", null, null, decider.Now)));
        return true;
    }

    public static void Refreshed(Decider decider, string neededBy)
    {
        var step = decider.State.Steps[neededBy];
        if (step.Status == StepStatus.Waiting) decider.Do(new Move(MoveKind.Scheduled, neededBy, Evaluating.Inputs(decider, step)));
    }

    private static string? Expired(Decider decider, Value value)
    {
        switch (value)
        {
            case SecretValue { Secret: { ExpiresAt: { } expires } secret } when expires <= decider.Now:
                var prefix = $"run:{decider.State.RunId}/";
                var end = secret.Reference.LastIndexOf("/output", StringComparison.Ordinal);
                return secret.Reference.StartsWith(prefix, StringComparison.Ordinal) && end > prefix.Length ? secret.Reference[prefix.Length..end] : null;
            case ListValue list: return list.Items.Select(item => Expired(decider, item)).FirstOrDefault(found => found is not null);
            case MapValue map: return map.Entries.Values.Select(entry => Expired(decider, entry)).FirstOrDefault(found => found is not null);
            default: return null;
        }
    }
}
