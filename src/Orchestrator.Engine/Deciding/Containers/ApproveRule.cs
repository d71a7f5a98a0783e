using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding.Containers;

/// <summary>Approve: waits for a person, one of those in <c>by</c> when it says so. Denied = the step fails with <c>approve.denied</c>.</summary>
internal static class ApproveRule
{
    private static readonly string[] Roles = ["viewer", "operator", "admin"];

    public static void Schedule(Decider decider, StepState step)
    {
        try
        {
            var inputs = Evaluating.InputsOfWait(decider, step);
            DateTimeOffset? deadline = Durations.TryParse(inputs.Get("timeout")?.AsString(), out var timeout) ? decider.Now + timeout : null;
            var message = inputs.Get("message") is { IsNull: false } text ? text.ToString() : $"approval of {step.Key}";
            decider.Do(new Move(MoveKind.Scheduled, step.Key, Wait: new WaitState("approval", message, null, deadline, decider.Now)));
        }
        catch (FailureException exception)
        {
            decider.Break(step, exception.Failure);
        }
    }

    /// <summary>Why somebody may not answer; null when they may.</summary>
    /// <param name="step">The step that waits.</param>
    /// <param name="by">Who asks.</param>
    /// <param name="role">The role they have; null when nobody vouches for one.</param>
    public static string? Refuses(StepState step, string by, string? role)
    {
        var may = Said(step, "by") switch
        {
            ListValue list => [.. list.Items.Select(item => item.AsString() ?? "").Where(name => name.Length > 0)],
            StringValue { Text.Length: > 0 } one => [one.Text],
            _ => (IReadOnlyList<string>)[],
        };
        return may.Count == 0 || may.Any(name => IsMeant(name, by, role))
            ? null
            : $"step `{step.Key}` is to be answered by {string.Join(" or ", may)}; {by} {(role is null ? "has no role" : $"has the role {role}")}";
    }

    public static void Answered(Decider decider, StepState step, bool approved, string by, string comment)
    {
        decider.Emit(new ApprovalGiven(approved, by, comment), step);
        if (approved)
            decider.CompleteContainer(step, Value.Map(("approved", Value.Of(true)), ("by", Value.Of(by)), ("comment", Value.Of(comment))));
        else
            decider.Break(step, new Failure("approve.denied", FailureKind.Permanent, comment.Length == 0 ? $"denied by {by}" : $"denied by {by}: {comment}"));
    }

    public static void Due(Decider decider, StepState step)
    {
        if (step.Wait!.Deadline is not { } deadline || deadline > decider.Now) return;
        if (Said(step, "onTimeout")?.AsString() == "continue")
            Attempts.Complete(decider, step, Value.Map(("approved", Value.Of(false)), ("by", Value.Null), ("comment", Value.Of("nobody answered in time"))), false, null);
        else
            Attempts.FailForGood(decider, step, new Failure("approve.timeout", FailureKind.Timeout, "nobody answered in time"), null);
    }

    // A role is never a name, whatever somebody is called; each role may do what the ones before it may.
    private static bool IsMeant(string name, string by, string? role) => Array.IndexOf(Roles, name) is var least and >= 0
        ? Array.IndexOf(Roles, role) >= least
        : by == name || by[(by.IndexOf(':', StringComparison.Ordinal) + 1)..] == name;

    private static Value? Said(StepState step, string name) => step.Step.Elsa is null ? step.Step.Node.Inputs.GetValueOrDefault(name)?.ConstantValue : step.Input?.Get(name);
}
