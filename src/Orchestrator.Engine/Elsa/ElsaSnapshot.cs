using System.Globalization;
using System.Text.Json;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>The state of a workflow made in Studio as JSON and back: the part of a snapshot that is its own.</summary>
internal static class ElsaSnapshot
{
    public static void Write(Utf8JsonWriter writer, RunState run, Action<Utf8JsonWriter, StepState> writeStep)
    {
        var state = run.Elsa!;
        writer.WriteStartObject("studio");
        writer.WriteNumber("last", state.LastNumber);
        writer.WriteFailure("fault", state.Fault);
        writer.WriteFlag("finished", state.IsFinished);
        writer.WriteMap("output", state.Output);
        writer.WriteValue("outcomes", state.Outcomes);
        writer.WriteText("correlationId", state.CorrelationId);
        writer.WriteText("name", state.Name);
        writer.WriteText("trigger", state.Trigger);
        writer.WriteValue("payload", state.TriggerPayload);
        writer.WriteValue("lastResult", state.LastResult);
        writer.WriteMap("outputs", Value.Map(state.Outputs.Select(entry => (entry.Key, (Value)entry.Value))));
        writer.WriteMap("rounds", Value.Map(state.Rounds.Select(entry => (entry.Key, Value.Of(entry.Value)))));
        WriteList(writer, "activities", state.Activities.Values, WriteActivity);
        WriteList(writer, "queue", state.Queue, WriteItem);
        WriteList(writer, "bookmarks", state.Bookmarks, WriteBookmark);
        WriteList(writer, "incidents", state.Incidents, static (writer, incident) =>
        {
            writer.WriteNumber("activity", incident.Activity);
            writer.WriteFailure("failure", incident.Failure);
            writer.WriteInstant("at", incident.At);
        });
        writer.WriteStartArray("steps");
        foreach (var step in run.Steps.Values)
        {
            if (step.Step.Undoes is not null) continue; // written with the undos of any run
            writer.WriteStartObject();
            writer.WriteString("node", step.Step.Elsa!.NodeId);
            writer.WriteString("name", step.Step.Id);
            writer.WriteFlag("script", step.Step.Kind == Graphs.StepKind.Script);
            writer.WritePropertyName("step");
            writeStep(writer, step);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    public static void Read(EventBody body, RunState run, Action<EventBody, StepState> readStep)
    {
        var program = run.Graph.Definition.Elsa!;
        var state = run.Elsa = new ElsaState(program)
        {
            LastNumber = body.Int("last"), Fault = body.FailureOrNull("fault"), IsFinished = body.Flag("finished"), Output = body.Map("output"), Outcomes = body.ValueOrNull("outcomes"),
            CorrelationId = body.TextOrNull("correlationId"), Name = body.TextOrNull("name"), Trigger = body.TextOrNull("trigger"), TriggerPayload = body.ValueOrNull("payload"),
            LastResult = body.Value("lastResult"),
        };
        foreach (var (id, outputs) in body.Map("outputs").Entries) state.Outputs[id] = (MapValue)outputs;
        foreach (var (name, round) in body.Map("rounds").Entries) state.Rounds[name] = (int)((NumberValue)round).Number;
        foreach (var activity in body.Items("activities", item => ReadActivity(item, program))) state.Activities[activity.Number] = activity;
        state.Queue.AddRange(body.Items("queue", item => new WorkItem(
            item.Int("owner"), program.Nodes[item.Text("node")], item.ValueOrNull("tag"), item.MapOrNull("variables"), item.Flag("back"), item.Int("again"))));
        state.Bookmarks.AddRange(body.Items("bookmarks", item => new BookmarkState(
            item.Text("id"), item.Int("activity"), item.Text("name"), item.Text("match"), item.Instant("created"), item.InstantOrNull("due"))));
        state.Incidents.AddRange(body.Items("incidents", item => (item.Int("activity"), item.Failure("failure"), item.Instant("at"))));
        foreach (var item in body.Items("steps", item => item))
        {
            var inner = item.Inner("step")!.Value;
            var made = new StepState(inner.Text("key"), run.Graph.StepOf(program.Nodes[item.Text("node")], item.Flag("script"), item.Text("name")), run.Scopes["#body"]);
            run.Steps[made.Key] = made;
            readStep(inner, made);
        }
    }

    private static void WriteList<T>(Utf8JsonWriter writer, string name, IEnumerable<T> items, Action<Utf8JsonWriter, T> write)
    {
        writer.WriteStartArray(name);
        foreach (var item in items)
        {
            writer.WriteStartObject();
            write(writer, item);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private static void WriteItem(Utf8JsonWriter writer, WorkItem item)
    {
        writer.WriteNumber("owner", item.Owner);
        writer.WriteString("node", item.Node.NodeId);
        writer.WriteValue("tag", item.Tag);
        writer.WriteValue("variables", item.Variables);
        writer.WriteFlag("back", item.CameBack);
        writer.WriteCount("again", item.Again);
    }

    private static void WriteBookmark(Utf8JsonWriter writer, BookmarkState bookmark)
    {
        writer.WriteString("id", bookmark.Id);
        writer.WriteNumber("activity", bookmark.Activity);
        writer.WriteString("name", bookmark.Name);
        writer.WriteString("match", bookmark.Match);
        writer.WriteInstant("created", bookmark.CreatedAt);
        writer.WriteInstant("due", bookmark.Due);
    }

    private static void WriteActivity(Utf8JsonWriter writer, ActivityState activity)
    {
        writer.WriteNumber("number", activity.Number);
        writer.WriteString("node", activity.Node.NodeId);
        writer.WriteCount("owner", activity.Owner);
        writer.WriteString("status", activity.Status.ToString());
        writer.WriteValue("tag", activity.Tag);
        writer.WriteFlag("back", activity.CameBack);
        writer.WriteMap("inputs", activity.Inputs);
        writer.WriteMap("notes", Value.Map(activity.Notes.Select(entry => (entry.Key, entry.Value))));
        if (activity.Results.Count > 0) writer.WriteMap("results", Value.Map(activity.Results.Select(entry => (entry.Key, entry.Value))));
        writer.WriteText("step", activity.Step);
        writer.WriteFailure("failure", activity.Failure);
        WriteList(writer, "variables", activity.Variables, static (writer, entry) =>
        {
            var (id, (variable, value)) = entry;
            writer.WriteString("id", id);
            if (variable.Name != id) writer.WriteString("name", variable.Name);
            writer.WriteValue("value", value);
        });
        if (activity.Visits is not { } visits) return;
        WriteCounts(writer, "runs", visits.Activities);
        WriteCounts(writer, "visits", visits.Connections);
        WriteCounts(writer, "followed", Array.ConvertAll(visits.Followed, followed => followed ? 1 : 0));
    }

    private static ActivityState ReadActivity(EventBody body, ElsaProgram program)
    {
        var node = program.Nodes[body.Text("node")];
        var activity = new ActivityState(body.Int("number"), node, body.Int("owner")) { Tag = body.ValueOrNull("tag"), CameBack = body.Flag("back") };
        activity.Status = Enum.Parse<ExecutionStatus>(body.Text("status"));
        activity.Inputs = body.Map("inputs");
        foreach (var (name, note) in body.Map("notes").Entries) activity.Notes[name] = note;
        foreach (var (name, result) in body.MapOrNull("results")?.Entries ?? Value.EmptyMap.Entries) activity.Results[name] = result;
        activity.Step = body.TextOrNull("step");
        activity.Failure = body.FailureOrNull("failure");
        foreach (var variable in body.Items("variables", item => item))
        {
            var id = variable.Text("id");
            var declared = node.Variables.FirstOrDefault(known => known.Id == id) ?? new ElsaVariable(id, variable.TextOrNull("name") ?? id, "Object", false, Value.Null);
            activity.Variables[id] = (declared, variable.Value("value"));
        }

        var runs = body.Items("runs", count => count.Number());
        if (runs.Count == 0) return activity;
        activity.Visits = new Flowcharts.FlowVisits(node.Children.Count, node.Connections.Count);
        runs.CopyTo(activity.Visits.Activities);
        body.Items("visits", count => count.Number()).CopyTo(activity.Visits.Connections);
        body.Items("followed", count => count.Number() == 1).CopyTo(activity.Visits.Followed);
        return activity;
    }

    private static void WriteCounts(Utf8JsonWriter writer, string name, int[] counts)
    {
        writer.WriteStartArray(name);
        foreach (var count in counts) writer.WriteNumberValue(count);
        writer.WriteEndArray();
    }
}
