using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Running;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Runs;

/// <summary>Makes views of runs from their journals; also for a process that does not own the store.</summary>
public static class RunViews
{
    /// <summary>Reads a run; null when there is none. The id may be a unique prefix of at least 4 characters. Secrets in it are references that reveal nothing.</summary>
    public static async Task<RunView?> ReadAsync(IStore store, string runId, CancellationToken cancellationToken)
    {
        if (await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is not { } summary) return null;
        try
        {
            var state = await JournalReader.LoadAsync(store, summary.RunId, hash => GraphAsync(store, hash), null).ConfigureAwait(false);
            if (state is null) return Parked(summary, "its journal is missing");
            var view = Of(state);
            // A run that the engine could not go on with stands still although its journal does not say so.
            return summary.Status == RunStatus.Paused && view.Status != RunStatus.Paused
                ? view with { Status = RunStatus.Paused, Wait = new WaitView("person", summary.Attention ?? "parked", null, null, summary.UpdatedAt) }
                : view;
        }
        catch (Exception exception) when (exception is Journal.UnknownEventException or FormatException)
        {
            return Parked(summary, exception.Message);
        }
    }

    internal static RunView Of(RunState state)
    {
        var definition = state.Graph.Definition;
        var status = state.Status;
        return new RunView(
            state.RunId, definition.Name, definition.Version, definition.Hash, status, WaitOf(state, status),
            state.CreatedAt, state.CompletedAt, state.Deadline, state.Inputs, state.Outputs,
            status == RunStatus.Paused ? PausedStep(state)?.Failure ?? StuckFailure(state) : state.Failure, state.ParentRunId, state.Labels, [.. StepsOf(state)], state.Seq);
    }

    private static async Task<RunGraph> GraphAsync(IStore store, string hash)
    {
        var json = await store.ReadDefinitionAsync(hash, CancellationToken.None).ConfigureAwait(false) ?? throw new FormatException($"definition {hash} is missing");
        return RunGraph.ToRead(hash, json);
    }

    private static RunView Parked(RunSummary summary, string reason) => new(
        summary.RunId, summary.Blueprint, summary.Version, summary.Definition, summary.Status, new WaitView("person", reason, null, null, summary.UpdatedAt),
        summary.CreatedAt, summary.CompletedAt, DateTimeOffset.MaxValue, Value.EmptyMap, null, new Failure("run.parked", FailureKind.Permanent, reason),
        summary.ParentRunId, summary.Labels ?? new Dictionary<string, string>(), [], 0);

    private static WaitView? WaitOf(RunState state, RunStatus status) => status switch
    {
        RunStatus.Pending => new WaitView("slot", $"a slot of concurrency group {state.Group}", null, state.Deadline, state.CreatedAt),
        RunStatus.Paused when state.IsStuck => new WaitView("person", CommitMemory.StuckReason(state), null, null, state.UpdatedAt),
        RunStatus.Paused when PausedStep(state) is { } step => View(step.Wait, step.Key),
        RunStatus.Waiting when state.Waiting.Count == 0 && state.Elsa?.Bookmarks.MinBy(bookmark => bookmark.Due ?? DateTimeOffset.MaxValue) is { } bookmark => new WaitView(
            bookmark.Due is null ? "signal" : "timer", $"{state.Elsa.Find(bookmark.Activity)?.Node.Id}: {bookmark.Name}{(bookmark.Match.Length == 0 ? "" : $" `{bookmark.Match}`")}", bookmark.Due, null, bookmark.CreatedAt),
        RunStatus.Waiting => View(state.Waiting.MinBy(step => step.Wait?.Next ?? DateTimeOffset.MaxValue) is { } step ? step : null),
        _ => null,
    };

    private static WaitView? View(StepState? step) => step is null ? null : View(step.Wait, step.Key);

    private static WaitView? View(WaitState? wait, string? key = null) =>
        wait is null ? null : new WaitView(wait.Kind, key is null ? wait.Reason : $"{key}: {wait.Reason}", wait.Next, wait.Deadline, wait.Since);

    private static Failure? StuckFailure(RunState state) => state.Elsa is { Incidents: { Count: > 0 } incidents }
        ? incidents[0].Failure
        : state.Elsa is null ? null : new Failure("elsa.stuck", FailureKind.Permanent, CommitMemory.StuckReason(state));

    private static StepState? PausedStep(RunState state) => state.Steps.Values.FirstOrDefault(step => step.Status == StepStatus.Paused);

    private static IEnumerable<StepView> StepsOf(RunState state)
    {
        if (state.Elsa is not null)
        {
            foreach (var step in state.Steps.Values) yield return Of(state, step);
            yield break;
        }

        foreach (var view in FlowViews(state, state.Graph.Root, state.Scopes.GetValueOrDefault("#body"), "")) yield return view;
        if (state.Graph.Rescue is { } rescue && state.Scopes.TryGetValue("#rescue", out var rescued))
            foreach (var view in FlowViews(state, rescue, rescued, "")) yield return view;
        foreach (var step in state.Steps.Values)
            if (step.Step.Undoes is not null) yield return Of(state, step);
        if (state.Graph.Always is { } always)
            foreach (var view in FlowViews(state, always, state.Scopes.GetValueOrDefault("#always"), "")) yield return view;
    }

    private static IEnumerable<StepView> FlowViews(RunState state, Flow flow, ScopeState? scope, string prefix)
    {
        foreach (var step in flow.Steps)
        {
            var known = scope?.Steps[step.Index];
            // What the compiler added is only worth a line when it failed.
            if (step.Id.Contains('-', StringComparison.Ordinal) && known is not { Failure: not null }) continue;
            yield return known is null ? Pending(step, prefix) : Of(state, known);
        }
    }

    private static StepView Pending(Step step, string prefix)
    {
        var children = step.Kind == StepKind.ForEach ? [] : Flows(step).SelectMany(flow => flow.Steps).Where(child => !child.Id.Contains('-', StringComparison.Ordinal)).Select(child => Pending(child, prefix));
        return new StepView(
            prefix + step.Id, step.Id, NameOf(step), step.Node.Type, step.Node.Span, StepStatus.Pending, 0, step.MaxAttempts, null, null, null, null, null, null, null, [.. children]);
    }

    private static StepView Of(RunState state, StepState step) => new(
        step.Key, step.Step.Id, NameOf(step.Step), step.Step.Node.Type, step.Step.Node.Span, step.Status, step.Attempt, step.Step.MaxAttempts,
        step.FirstStartedAt, step.CompletedAt, step.Changed, step.IsActive ? View(step.Wait) : null, step.Output, step.Failure, step.ChildRunId, [.. Children(state, step)]);

    private static IEnumerable<StepView> Children(RunState state, StepState step)
    {
        if (step.Step.Kind == StepKind.ForEach) return step.Scopes.SelectMany(scope => FlowViews(state, scope.Flow, scope, scope.Prefix));
        return Flows(step.Step).SelectMany(flow => FlowViews(state, flow, step.Scopes.Find(scope => scope.Flow == flow), step.Scope.Prefix));
    }

    private static IEnumerable<Flow> Flows(Step step)
    {
        if (step.Body is not null) yield return step.Body;
        if (step.Rescue is not null) yield return step.Rescue;
        if (step.Always is not null) yield return step.Always;
    }

    private static string NameOf(Step step) => step.Node.Name.Length > 0 ? step.Node.Name : step.Id;
}
