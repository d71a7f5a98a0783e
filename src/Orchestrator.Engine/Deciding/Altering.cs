using Orchestrator.Engine.Elsa;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>
/// Changes of a workflow made in Studio while it is open: a variable, an activity that is cancelled or runs again, another version of its definition. Each is done as a whole or refused as a whole: all
/// is looked at before the first event.
/// </summary>
internal static class Altering
{
    private static readonly string[] Types = ["ModifyVariable", "CancelActivity", "ScheduleActivity", "Migrate"];

    public static string? Alter(Decider decider, OperatorFact asked)
    {
        var (state, body, by) = (decider.State, asked.Body, asked.Message.By);
        if (decider.Elsa is not { } elsa)
            return "the run belongs to a blueprint, and its journal to the steps of that: `retry` runs a failed step again with an edited input, `skip` passes over it; to go on with a changed blueprint cancel it and start the new one";
        if (state.Cancel is { IsOver: false }) return "the run is being cancelled";
        if (state.RolledBack) return "the run is rolled back, so what came before the failure is gone; start a new run";
        if (state.IsEnded && state.Status != RunStatus.Failed) return $"the run is {Evaluating.Camel(state.Status)}; only one that is open or failed can be altered";
        return body.Get("type")?.AsString() switch
        {
            "ModifyVariable" => Variable(elsa, body, by),
            "CancelActivity" => Cancel(elsa, body, by),
            "ScheduleActivity" => Schedule(elsa, body, by),
            "Migrate" => Migrating.Migrate(elsa, asked.Target, body, by),
            var other => $"there is no alteration `{other}`{Operators.Near(other ?? "", Types)}; there are: {string.Join(", ", Types)}",
        };
    }

    private static string? Variable(Interpreter elsa, Value body, string by)
    {
        if (body.Get("variableId")?.AsString() is not { Length: > 0 } id) return "ModifyVariable needs a `variableId`";
        var instance = body.Get("activityInstanceId")?.AsString();
        var all = elsa.State.Activities.Values.ToArray();
        var holders = all.Where(activity => activity.Variables.ContainsKey(id) && (instance is null || elsa.IdOf(activity) == instance)).ToArray();
        if (holders.Length == 0)
            return $"{(instance is null ? "nothing open" : $"`{instance}` is not open or")} declares no variable `{id}`{Nearest(id, [.. all.SelectMany(activity => activity.Variables.Values.Select(entry => entry.Variable))])}";
        if (holders.Length > 1) return $"several open activities declare the variable `{id}`: {string.Join(", ", holders.Select(elsa.IdOf))}; name one with `activityInstanceId`";
        var (variable, before) = holders[0].Variables[id];
        var value = body.Get("value") ?? Value.Null;
        if (!ElsaTypes.Fits(value, variable.TypeName, variable.IsArray)) return $"variable `{id}` is of type {variable.TypeName}, which {Shown(value, before)} cannot become";
        elsa.Decider.Emit(new RunAltered("variable", id, by));
        Memory.Assign(elsa, holders[0], id, GivenSecrets.Marked(value, null, before));
        return null;
    }

    private static string? Cancel(Interpreter elsa, Value body, string by)
    {
        if (Named(elsa, body, "CancelActivity", out var named) is { } unnamed) return unnamed;
        var open = named.Where(IsOpen).ToArray();
        if (open.Length == 0 || elsa.Run.IsEnded) return $"no activity `{Subject(body)}` is open; {Open(elsa)}";
        if (Array.Find(open, activity => activity.Owner is 0 or 1) is { } whole) return $"`{whole.Node.Id}` is the whole workflow: cancel the run";
        if (Closed(elsa, open, by, body.Get("role")?.AsString()) is { } closed) return closed;
        elsa.Decider.Emit(new RunAltered("cancel", string.Join(", ", open.Select(elsa.IdOf)), by));
        foreach (var activity in open) elsa.CancelOne(activity);
        elsa.Turn();
        return null;
    }

    private static string? Schedule(Interpreter elsa, Value body, string by)
    {
        if (Named(elsa, body, "ScheduleActivity", out var named) is { } unnamed) return unnamed;
        if (Array.Find(named, activity => activity.Status == ExecutionStatus.Faulted || IsHeld(elsa, activity)) is { } failed)
            return Operators.Retry(elsa.Decider, by, Value.Map(("step", Value.Of(elsa.FaultedWithoutStep(failed.Node.NodeId).Count > 0 ? failed.Node.NodeId : failed.Step))));
        if (elsa.Run.IsEnded) return $"the run has failed, and not in `{Subject(body)}`; `retry` runs again what did";
        if (Array.Find(named, IsOpen) is { } running) return $"`{running.Node.Id}` is open already ({elsa.IdOf(running)}); cancel it first";
        if (body.Get("activityInstanceId")?.AsString() is { Length: > 0 } instance) return $"no execution `{instance}` is open or failed; name the activity with `activityId` to run it anew";
        var id = body.Get("activityId")!.AsString()!;
        var nodes = elsa.State.Program.Nodes.Values.Where(node => node.Parent is not null && Is(node, id)).ToArray();
        if (nodes.Length == 0) return $"the workflow has no activity `{id}`{Operators.Near(id, elsa.State.Program.Nodes.Values.Select(node => node.Id))}";
        if (nodes.Length > 1) return $"several activities have the id `{id}`: {string.Join(", ", nodes.Select(node => node.NodeId))}; name one by its node id";
        var parent = nodes[0].Parent!;
        // The others count what they started themselves; a flowchart takes up any child's end.
        if (parent.Type != ActivityTypes.Flowchart) return $"`{id}` belongs to `{parent.Id}` ({parent.Type}), which decides itself what it runs; only a child of a flowchart can be scheduled";
        var owners = elsa.State.Activities.Values.Where(activity => activity.Node == parent && activity.Status == ExecutionStatus.Running).ToArray();
        if (owners.Length != 1) return $"`{id}` belongs to `{parent.Id}`, which is {(owners.Length == 0 ? "not open" : "open more than once")}";
        // What stands behind an approval could be run without it.
        if (body.Get("role")?.AsString() != "admin" && elsa.State.Program.Nodes.Values.FirstOrDefault(node => node.Type == ActivityTypes.Approve && node.Inputs.ContainsKey("by")) is { } approval)
            return $"`{approval.Id}` says who approves, so only an admin may have an activity run anew";
        elsa.Decider.Emit(new RunAltered("schedule", nodes[0].NodeId, by));
        elsa.Schedule(owners[0], nodes[0]);
        elsa.Turn();
        return null;
    }

    // To cancel an approval, or what is around it, is to answer it.
    private static string? Closed(Interpreter elsa, ActivityState[] cancelled, string by, string? role)
    {
        foreach (var step in elsa.Run.Waiting)
        {
            if (step.Step.Kind != Graphs.StepKind.Approve) continue;
            for (var at = elsa.State.ByStep(step.Key); at is not null; at = elsa.State.OwnerOf(at))
                if (cancelled.Contains(at) && Containers.ApproveRule.Refuses(step, by, role) is { } refusal) return refusal;
        }

        return null;
    }

    // By the id of an execution, which counts more, or by that of the activity.
    private static string? Named(Interpreter elsa, Value body, string type, out ActivityState[] named)
    {
        var (instance, id) = (body.Get("activityInstanceId")?.AsString(), body.Get("activityId")?.AsString());
        named = [.. elsa.State.Activities.Values.Where(activity => instance is { Length: > 0 } ? elsa.IdOf(activity) == instance : Is(activity.Node, id))];
        return instance is { Length: > 0 } || id is { Length: > 0 } ? null : $"{type} needs an `activityId` or an `activityInstanceId`";
    }

    private static bool Is(ElsaActivity node, string? id) => node.Id == id || node.NodeId == id;

    private static bool IsOpen(ActivityState activity) => activity.Status is ExecutionStatus.Running or ExecutionStatus.Pending;

    // Under `Pause` a step that failed holds the run, and its activity has not faulted.
    private static bool IsHeld(Interpreter elsa, ActivityState activity) => activity.Step is { } key && elsa.Run.Steps.TryGetValue(key, out var step) && step.Status == StepStatus.Paused;

    private static string Subject(Value body) => body.Get("activityInstanceId")?.AsString() is { Length: > 0 } instance ? instance : body.Get("activityId")?.AsString() ?? "";

    private static string Open(Interpreter elsa)
    {
        var open = elsa.State.Activities.Values.Where(activity => activity.Owner > 1 && IsOpen(activity)).Select(activity => $"{activity.Node.Id} ({elsa.IdOf(activity)})").ToArray();
        return open.Length == 0 || elsa.Run.IsEnded ? "nothing is" : $"open are: {string.Join(", ", open)}";
    }

    private static string Nearest(string id, ElsaVariable[] known)
    {
        var word = Spelling.Nearest(id, known.Select(variable => variable.Id).Concat(known.Select(variable => variable.Name)));
        return (Array.Find(known, variable => variable.Name == id) ?? Array.Find(known, variable => variable.Id == word || variable.Name == word)) is { } near
            ? $"; did you mean `{near.Id}`{(near.Name == near.Id ? "" : $" ({near.Name})")}?"
            : known.Length == 0 ? "" : $"; there are: {string.Join(", ", known.Select(variable => variable.Id).Distinct(StringComparer.Ordinal))}";
    }

    private static string Shown(Value value, Value before) => value.HasSecret || before.HasSecret ? "what was given" : value.ToString() is { Length: > 60 } text ? $"`{text[..60]}…`" : $"`{value}`";
}
