using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>The part of the fold that concerns workflows made in Studio. Every change of <see cref="ElsaState"/> is a move that stands in the journal; nothing is evaluated here.</summary>
internal static class ElsaFold
{
    public static void Apply(RunState run, Move move, DateTimeOffset at)
    {
        var state = run.Elsa ?? throw new FormatException($"the journal of {run.RunId} has `{move.Kind}`, but its definition is no workflow made in Studio");
        switch (move.Kind)
        {
            case MoveKind.Queued: Queue(state, move); return;
            case MoveKind.Taken: Take(state, at); return;
            case MoveKind.Withdrawn: state.Queue.RemoveAll(item => item.Owner == Number(move)); return;
            case MoveKind.Noted when move.Key.Length == 0: NoteRun(state, move.Text!, move.Value ?? Value.Null); return;
        }

        var activity = state.Find(Number(move)) ?? throw new FormatException($"the journal of {run.RunId} names an execution {move.Key} that is not open");
        switch (move.Kind)
        {
            case MoveKind.Begun:
                activity.Inputs = move.Value as MapValue ?? Value.EmptyMap;
                activity.Status = ExecutionStatus.Running;
                state.Trace?.Begun(activity, at);
                break;
            case MoveKind.Left: Leave(state, activity, move, at); break;
            case MoveKind.Dropped:
                activity.Status = ExecutionStatus.Canceled;
                RemoveBookmarks(state, activity.Number);
                state.Trace?.Dropped(activity, at);
                Forget(state, activity);
                break;
            case MoveKind.Faulted: Fault(run, activity, move, at); break;
            case MoveKind.Mended:
                activity.Status = move.Text == "pending" ? ExecutionStatus.Pending : ExecutionStatus.Running;
                activity.Failure = null;
                Mend(state, activity.Number);
                state.Trace?.Mended(activity, at);
                break;
            case MoveKind.Parked: Park(state, activity, move, at); break;
            case MoveKind.Woken:
                RemoveBookmarks(state, activity.Number, move.Text!);
                state.Trace?.Woken(activity, at);
                break;
            case MoveKind.Assigned: Assign(activity, move); break;
            case MoveKind.Noted: activity.Notes[move.Text!] = move.Value ?? Value.Null; break;
            case MoveKind.Visited: Visit(activity, move); break;
            case MoveKind.Acted or MoveKind.Scripted: ElsaSteps.Open(run, activity, move, at); break;
            default: throw new InvalidOperationException($"move {move.Kind} is none of a workflow made in Studio");
        }
    }

    /// <summary>True for the moves that this fold knows.</summary>
    public static bool Knows(MoveKind kind) => kind >= MoveKind.Queued;

    /// <summary>The outcomes that a <see cref="MoveKind.Left"/> stands for; null = plain completion.</summary>
    public static IReadOnlyList<string>? OutcomesOf(Move move) =>
        move.Value?.Get("outcomes") is ListValue list ? [.. list.Items.Select(item => item.AsString() ?? "")] : null;

    private static int Number(Move move) => int.Parse(move.Key, System.Globalization.CultureInfo.InvariantCulture);

    private static void Queue(ElsaState state, Move move)
    {
        var again = (int)((move.Value?.Get("again") as NumberValue)?.Number ?? 0);
        state.Queue.Add(new WorkItem(
            Number(move), state.Program.Nodes[move.Text!], move.Value?.Get("tag"), move.Value?.Get("variables") as MapValue, move.Value?.Get("back") is BoolValue { Flag: true }, again));
    }

    private static void Take(ElsaState state, DateTimeOffset at)
    {
        var item = state.Queue[0];
        state.Queue.RemoveAt(0);
        if (item.Again != 0)
        {
            var known = state.Activities[item.Again];
            known.Status = ExecutionStatus.Pending;
            known.Failure = null;
            Mend(state, known.Number);
            state.Trace?.Mended(known, at);
            return;
        }

        var activity = new ActivityState(++state.LastNumber, item.Node, item.Owner) { Tag = item.Tag, CameBack = item.CameBack };
        foreach (var variable in item.Node.Variables) activity.Variables[variable.Id] = (variable, variable.Initial);
        if (item.Variables is { } loop)
            foreach (var (name, value) in loop.Entries) activity.Variables[name] = (new ElsaVariable(name, name, "Object", false, Value.Null), value);
        state.Activities[activity.Number] = activity;
        state.Trace?.Taken(activity, at);
    }

    private static void Leave(ElsaState state, ActivityState activity, Move move, DateTimeOffset at)
    {
        activity.Status = ExecutionStatus.Completed;
        RemoveBookmarks(state, activity.Number);
        if (move.Value?.Get("outputs") is MapValue { Entries.Count: > 0 } outputs)
        {
            state.Outputs[activity.Node.Id] = outputs;
            if (activity.Node.Name is { } name) state.Outputs[name] = outputs;
            if (outputs.Get("result") is { } result) state.LastResult = result;
        }

        Collect(state, activity, move.Value?.Get("outputs") as MapValue ?? Value.EmptyMap);
        if (activity.Owner == 0) state.IsFinished = true;
        if (Runs.WrittenResponse.IsOne(activity.Node.Type)) state.NewResponses.Add(new Runs.WrittenResponse(activity.Node.Type, activity.Inputs));
        state.Trace?.Left(activity, OutcomesOf(move), move.Value?.Get("outputs") as MapValue, at);
        Forget(state, activity);
    }

    // What an item of a foreach of ours gives is what its body gives: the outputs of a single activity, else those of each activity in it.
    private static void Collect(ElsaState state, ActivityState activity, MapValue outputs)
    {
        var at = activity;
        for (var owner = state.OwnerOf(at); owner is not null; at = owner, owner = state.OwnerOf(at))
        {
            if (owner.Node.Type != ActivityTypes.ForEach) continue;
            if (at != activity && outputs.Entries.Count > 0) at.Results[activity.Node.Id] = outputs;
            else if (at == activity) owner.Results[Ours.ItemsRule.TagOf(at)] = outputs.Entries.Count > 0 ? outputs : Value.Map(at.Results.Select(entry => (entry.Key, entry.Value)));
            return;
        }
    }

    private static void Fault(RunState run, ActivityState activity, Move move, DateTimeOffset at)
    {
        var state = run.Elsa!;
        activity.Status = ExecutionStatus.Faulted;
        activity.Failure = move.Failure;
        if (move.Text == "handled")
        {
            if (activity.Step is { } key && run.Steps.TryGetValue(key, out var step) && step.Status == StepStatus.Failed) step.Outcome = ElsaSteps.Handled;
            RemoveBookmarks(state, activity.Number);
            state.Trace?.Faulted(activity, move.Failure!, at);
            Forget(state, activity);
            return;
        }

        state.Incidents.Add((activity.Number, move.Failure!, at));
        if (move.Text is null) state.Fault ??= move.Failure;
        RemoveBookmarks(state, activity.Number);
        state.Trace?.Faulted(activity, move.Failure!, at);
    }

    private static void Mend(ElsaState state, int number)
    {
        state.Incidents.RemoveAll(incident => incident.Activity == number);
        state.Fault = null;
    }

    private static void Park(ElsaState state, ActivityState activity, Move move, DateTimeOffset at)
    {
        var bookmark = new BookmarkState(
            move.Text!, activity.Number, move.Value!.Get("name")?.AsString() ?? activity.Node.Type, move.Value!.Get("match")?.AsString() ?? "", at,
            move.Value!.Get("due") is NumberValue due ? DateTimeOffset.FromUnixTimeMilliseconds((long)due.Number) : null);
        state.Bookmarks.Add(bookmark);
        state.NewBookmarks.Add(bookmark);
        state.Trace?.Parked(activity, at);
    }

    private static void RemoveBookmarks(ElsaState state, int activity, string? id = null)
    {
        foreach (var bookmark in state.Bookmarks.Where(bookmark => bookmark.Activity == activity && (id is null || bookmark.Id == id)).ToArray())
        {
            state.Bookmarks.Remove(bookmark);
            if (!state.NewBookmarks.Remove(bookmark)) state.GoneBookmarks.Add(bookmark.Id);
        }
    }

    private static void Assign(ActivityState activity, Move move)
    {
        // A name that nobody declared becomes a variable of its own.
        var variable = activity.Variables.TryGetValue(move.Text!, out var known) ? known.Variable : new ElsaVariable(move.Text!, move.Text!, "Object", false, Value.Null);
        activity.Variables[move.Text!] = (variable, move.Value ?? Value.Null);
    }

    private static void Visit(ActivityState activity, Move move)
    {
        var connections = activity.Node.Connections;
        var visits = activity.Visits ??= new Flowcharts.FlowVisits(activity.Node.Children.Count, connections.Count);
        var index = int.Parse(move.Text!, System.Globalization.CultureInfo.InvariantCulture);
        // A list: the activity was run (or passed over) and these of its connections were followed; a first `-1` says that the visit itself does not count.
        var followed = ((ListValue)move.Value!).Items.Select(item => (int)((NumberValue)item).Number).ToList();
        if (!followed.Remove(-1)) visits.Activities[index]++;
        for (var edge = 0; edge < connections.Count; edge++)
        {
            if (connections[edge].Source != index) continue;
            visits.Connections[edge]++;
            visits.Followed[edge] = followed.Contains(edge);
        }
    }

    private static void NoteRun(ElsaState state, string name, Value value)
    {
        switch (name)
        {
            case "correlationId": state.CorrelationId = value.AsString(); break;
            case "name": state.Name = value.AsString(); break;
            case "outcomes": state.Outcomes = value; break;
            case "finished": state.IsFinished = true; break;
            case "triggered": (state.Trigger, state.TriggerPayload) = (null, null); break;
            case "queue": state.Queue.Clear(); break;
            default: state.Output = state.Output.With(name["output:".Length..], value); break;
        }
    }

    private static void Forget(ElsaState state, ActivityState activity)
    {
        if (activity.Owner != 0 && !activity.Flag(Primitives.CompleteRule.Stays)) state.Activities.Remove(activity.Number);
    }
}
