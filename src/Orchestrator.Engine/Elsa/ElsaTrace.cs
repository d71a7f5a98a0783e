using System.Globalization;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>Hears of every execution while a journal is folded from its start, and keeps what the state forgets. Only views make one.</summary>
internal sealed class ElsaTrace(string runId)
{
    private readonly Dictionary<int, ActivityExecution> _executions = [];
    private readonly List<int> _order = [];
    private readonly Dictionary<string, int> _steps = new(StringComparer.Ordinal);

    public List<ExecutionEvent> Events { get; } = [];

    public IEnumerable<ActivityExecution> Executions => _order.Select(number => _executions[number]);

    /// <summary>Id of an execution of a run.</summary>
    public static string IdOf(string runId, int number) => $"{runId}-{number.ToString(CultureInfo.InvariantCulture)}";

    public string IdOf(int number) => IdOf(runId, number);

    public void Taken(ActivityState activity, DateTimeOffset at)
    {
        var node = activity.Node;
        _order.Add(activity.Number);
        _executions[activity.Number] = new ActivityExecution(
            IdOf(activity.Number), activity.Owner == 0 ? null : IdOf(activity.Owner), node.Id, node.NodeId, node.Type, node.Version, node.Name, ExecutionStatus.Pending, at, null,
            Value.EmptyMap, Value.EmptyMap, [], false, null, 0);
    }

    public void Begun(ActivityState activity, DateTimeOffset at)
    {
        Change(activity, it => it with { Status = ExecutionStatus.Running, StartedAt = at, Inputs = Shown(activity.Node, activity.Inputs) });
        Say(activity, "Started", at);
    }

    public void Acted(ActivityState activity, MapValue input)
    {
        _steps[activity.Step!] = activity.Number;
        Change(activity, it => it.Inputs.Entries.Count > 0 ? it : it with { Inputs = Runs.Executions.Masked(input) });
    }

    /// <summary>A rollback took back what a step had done, or could not.</summary>
    public void Undone(string step, Failure? failure, DateTimeOffset at)
    {
        if (_steps.TryGetValue(step, out var number)) Events.Add(new ExecutionEvent(Events.Count + 1, IdOf(number), failure is null ? "Undone" : "Undo Failed", at, failure?.Message));
    }

    /// <summary>What stands in the way of steps: those that hold the run, and undos that failed.</summary>
    public IEnumerable<Incident> IncidentsOf(RunState run) =>
        from step in run.Steps.Values
        where step.Failure is not null && (step.Status == StepStatus.Paused || (step.Status == StepStatus.Failed && step.Step.Undoes is not null))
        let key = step.Step.Undoes is null ? step.Key : step.Key[..^MoveFold.UndoSuffix.Length]
        where _steps.ContainsKey(key)
        select new Incident(IdOf(_steps[key]), step.Failure!, step.CompletedAt ?? step.Wait!.Since);

    public void Left(ActivityState activity, IReadOnlyList<string>? outcomes, MapValue? outputs, DateTimeOffset at)
    {
        outcomes ??= ["Done"];
        Change(activity, it => it with
        {
            Status = ExecutionStatus.Completed, CompletedAt = at, Outcomes = outcomes, Outputs = outputs is null ? Value.EmptyMap : Shown(activity.Node, outputs), HasBookmarks = false,
        });
        Events.Add(new ExecutionEvent(Events.Count + 1, IdOf(activity.Number), "Completed", at, null, outcomes));
    }

    public void Dropped(ActivityState activity, DateTimeOffset at)
    {
        Change(activity, it => it with { Status = ExecutionStatus.Canceled, CompletedAt = at, HasBookmarks = false });
        Say(activity, "Canceled", at);
    }

    public void Faulted(ActivityState activity, Failure failure, DateTimeOffset at)
    {
        Change(activity, it => it with { Status = ExecutionStatus.Faulted, Failure = failure, HasBookmarks = false });
        Count(activity.Number, 1);
        Say(activity, "Faulted", at, failure.Message);
    }

    public void Mended(ActivityState activity, DateTimeOffset at)
    {
        Change(activity, it => it with { Status = ExecutionStatus.Running, Failure = null, CompletedAt = null });
        Count(activity.Number, -1);
        Say(activity, "Retried", at);
    }

    public void Parked(ActivityState activity, DateTimeOffset at)
    {
        if (_executions[activity.Number].HasBookmarks) return;
        Change(activity, it => it with { HasBookmarks = true });
        Say(activity, "Suspended", at);
    }

    public void Woken(ActivityState activity, DateTimeOffset at)
    {
        Change(activity, it => it with { HasBookmarks = false });
        Say(activity, "Resumed", at);
    }

    // Elsa's own activities name inputs and outputs in Pascal case in what they show; those of the catalog have one name everywhere.
    private static MapValue Shown(ElsaActivity node, MapValue values)
    {
        var isElsas = node.Type.StartsWith("Elsa.", StringComparison.Ordinal) || node.WorkflowDefinitionId is not null;
        return Value.Map(values.Entries.Where(entry => entry.Key.Length > 0 && !(isElsas && entry.Key.StartsWith("case", StringComparison.Ordinal)))
            .Select(entry => (isElsas ? char.ToUpperInvariant(entry.Key[0]) + entry.Key[1..] : entry.Key, Runs.Executions.Masked(entry.Value))));
    }

    private void Change(ActivityState activity, Func<ActivityExecution, ActivityExecution> change) => _executions[activity.Number] = change(_executions[activity.Number]);

    private void Count(int number, int by)
    {
        var it = _executions[number] = _executions[number] with { FaultCount = Math.Max(0, _executions[number].FaultCount + by) };
        if (it.ParentId is { } parent) Count(int.Parse(parent[(parent.LastIndexOf('-') + 1)..], CultureInfo.InvariantCulture), by);
    }

    private void Say(ActivityState activity, string what, DateTimeOffset at, string? message = null) =>
        Events.Add(new ExecutionEvent(Events.Count + 1, IdOf(activity.Number), what, at, message));
}
