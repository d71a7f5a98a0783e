using System.Text.Json;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Folding;

/// <summary>A folded state as JSON and back. Reading a snapshot and folding the events behind it gives what folding all events gives.</summary>
internal static class SnapshotCodec
{
    /// <summary>How many events lie between two snapshots.</summary>
    public const int Interval = 256;

    public static byte[] Write(RunState state) => EventCodec.Write(state, static (writer, it) =>
    {
        writer.WriteStartObject();
        WriteRun(writer, it);
        writer.WriteStartArray("signals");
        foreach (var signal in it.Signals)
        {
            writer.WriteStartObject();
            writer.WriteString("name", signal.Name);
            writer.WriteValue("payload", signal.Payload);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
        // Scopes in order of opening and steps in order of scopes: reading them in this order finds every owner already there.
        writer.WriteStartArray("scopes");
        foreach (var scope in InOrder(it)) WriteScope(writer, scope);
        writer.WriteEndArray();
        writer.WriteStartArray("undos");
        foreach (var step in it.Steps.Values)
            if (step.Step.Undoes is not null) WriteStep(writer, step);
        writer.WriteEndArray();
        writer.WriteStartArray("waiting");
        foreach (var step in it.Waiting) writer.WriteStringValue(step.Key);
        writer.WriteEndArray();
        if (it.Elsa is not null) Elsa.ElsaSnapshot.Write(writer, it, WriteStep);
        writer.WriteEndObject();
    });

    public static RunState Read(JsonElement json, string runId, RunGraph graph, ValueJson.ResolveSecret? resolve)
    {
        var body = new EventBody(json, resolve);
        var state = new RunState(runId, graph);
        ReadRun(body, state);
        state.Signals.AddRange(body.Items("signals", signal => new KeptSignal(signal.Text("name"), signal.Value("payload"))));
        foreach (var scope in body.Items("scopes", scope => scope)) ReadScope(scope, state);
        if (body.Inner("studio") is { } studio) Elsa.ElsaSnapshot.Read(studio, state, (item, step) => ReadStep(item, state, step));
        foreach (var undo in body.Items("undos", undo => undo))
            ReadStep(undo, state, MoveFold.Undo(state, state.Steps[undo.Text("key")[..^MoveFold.UndoSuffix.Length]]));
        var order = json.GetProperty("waiting").EnumerateArray().Select(key => key.GetString()!).ToList();
        state.Waiting.Sort((one, other) => order.IndexOf(one.Key).CompareTo(order.IndexOf(other.Key)));
        return state;
    }

    private static IEnumerable<ScopeState> InOrder(RunState state)
    {
        foreach (var scope in state.Scopes.Values)
            if (scope.Owner is null)
                foreach (var found in Below(scope)) yield return found;

        static IEnumerable<ScopeState> Below(ScopeState scope) =>
            scope.Steps.SelectMany(step => step.Scopes).SelectMany(Below).Prepend(scope);
    }

    private static void WriteRun(Utf8JsonWriter writer, RunState state)
    {
        writer.WriteString("definition", state.Graph.Definition.Hash);
        writer.WriteNumber("seq", state.Seq);
        writer.WriteString("phase", state.Phase.ToString());
        writer.WriteText("status", state.Fixed?.ToString());
        writer.WriteInstant("updated", state.UpdatedAt);
        writer.WriteInstant("created", state.CreatedAt);
        writer.WriteInstant("deadline", state.Deadline);
        writer.WriteInstant("completed", state.CompletedAt);
        writer.WriteMap("inputs", state.Inputs);
        writer.WriteMap("vars", state.Vars);
        writer.WriteValue("outputs", state.Outputs);
        writer.WriteLabels("labels", state.Labels);
        writer.WriteText("parent", state.ParentRunId);
        writer.WriteText("parentStep", state.ParentStep);
        writer.WriteText("startKey", state.StartKey);
        writer.WriteText("group", state.Group);
        writer.WriteFailure("failure", state.Failure);
        writer.WriteText("failedStep", state.FailedStep);
        writer.WriteFlag("rolledBack", state.RolledBack);
        writer.WriteFlag("released", state.Released);
        writer.WriteCount("reopened", state.Reopened);
        writer.WriteCount("completions", state.Completions);
        if (state.Cancel is not { } cancel) return;
        writer.WriteStartObject("cancel");
        writer.WriteString("by", cancel.By);
        writer.WriteString("reason", cancel.Reason);
        writer.WriteInstant("deadline", cancel.Deadline);
        writer.WriteFlag("fails", cancel.Fails);
        writer.WriteFlag("over", cancel.IsOver);
        writer.WriteEndObject();
    }

    private static void ReadRun(EventBody body, RunState state)
    {
        state.Seq = body.Long("seq");
        state.Phase = Enum.Parse<RunPhase>(body.Text("phase"));
        state.Fixed = body.TextOrNull("status") is { } status ? Enum.Parse<RunStatus>(status) : null;
        state.UpdatedAt = body.Instant("updated");
        state.CreatedAt = body.Instant("created");
        state.Deadline = body.Instant("deadline");
        state.CompletedAt = body.InstantOrNull("completed");
        state.Inputs = body.Map("inputs");
        state.Vars = body.Map("vars");
        state.Outputs = body.MapOrNull("outputs");
        state.Labels = body.Labels("labels");
        state.ParentRunId = body.TextOrNull("parent");
        state.ParentStep = body.TextOrNull("parentStep");
        state.StartKey = body.TextOrNull("startKey");
        state.Group = body.TextOrNull("group");
        state.Failure = body.FailureOrNull("failure");
        state.FailedStep = body.TextOrNull("failedStep");
        state.RolledBack = body.Flag("rolledBack");
        state.Released = body.Flag("released");
        state.Reopened = body.Int("reopened");
        state.Completions = body.Int("completions");
        if (body.Inner("cancel") is { } cancel)
            state.Cancel = new CancelState(cancel.Text("by"), cancel.Text("reason"), cancel.Instant("deadline"), cancel.Flag("fails"), cancel.Flag("over"));
    }

    private static void WriteScope(Utf8JsonWriter writer, ScopeState scope)
    {
        writer.WriteStartObject();
        writer.WriteString("owner", scope.Owner?.Key ?? "");
        writer.WriteString("text", scope.Item ?? RoleName(scope.Flow.Role));
        writer.WriteFailure("failure", scope.Failure);
        writer.WriteText("failedStep", scope.FailedStep);
        WriteCounts(writer, "runs", scope.Runs);
        WriteCounts(writer, "visits", scope.Visits);
        WriteCounts(writer, "followed", Array.ConvertAll(scope.Followed, followed => followed ? 1 : 0));
        writer.WriteStartArray("steps");
        foreach (var step in scope.Steps)
            if (step.Status != StepStatus.Pending) WriteStep(writer, step);
        writer.WriteEndArray();
        writer.WriteEndObject();
    }

    private static void ReadScope(EventBody body, RunState state)
    {
        var owner = body.Text("owner");
        MoveFold.Open(state, owner, body.Text("text"));
        var scope = owner.Length == 0 ? state.Scopes.Values.Last() : state.Steps[owner].Scopes[^1];
        scope.Failure = body.FailureOrNull("failure");
        scope.FailedStep = body.TextOrNull("failedStep");
        body.Items("runs", count => count.Number()).CopyTo(scope.Runs);
        body.Items("visits", count => count.Number()).CopyTo(scope.Visits);
        body.Items("followed", count => count.Number() == 1).CopyTo(scope.Followed);
        foreach (var step in body.Items("steps", step => step)) ReadStep(step, state, state.Steps[step.Text("key")]);
    }

    private static void WriteStep(Utf8JsonWriter writer, StepState step)
    {
        writer.WriteStartObject();
        writer.WriteString("key", step.Key);
        writer.WriteString("status", step.Status.ToString());
        writer.WriteCount("attempt", step.Attempt);
        writer.WriteCount("failures", step.Failures);
        writer.WriteCount("polls", step.Polls);
        writer.WriteCount("redone", step.Redone);
        writer.WriteCount("crashes", step.Crashes);
        writer.WriteCount("order", step.Order);
        writer.WriteValue("input", step.Input);
        writer.WriteFlag("edited", step.InputIsEdited);
        writer.WriteValue("place", step.Place);
        writer.WriteValue("output", step.Output);
        if (step.Changed is { } changed) writer.WriteBoolean("changed", changed);
        writer.WriteValue("intent", step.Intent);
        writer.WriteFailure("failure", step.Failure);
        writer.WriteFailure("bodyFailure", step.BodyFailure);
        writer.WriteWait("wait", step.Wait);
        writer.WriteInstant("ready", step.ReadyAt);
        writer.WriteInstant("first", step.FirstStartedAt);
        writer.WriteInstant("started", step.StartedAt);
        writer.WriteInstant("completed", step.CompletedAt);
        writer.WriteText("child", step.ChildRunId);
        writer.WriteText("outcome", step.Outcome);
        writer.WriteFlag("stopping", step.IsStopping);
        writer.WriteFlag("verify", step.NeedsVerification);
        writer.WriteText("refreshedFor", step.RefreshedFor);
        writer.WriteValue("items", step.Items);
        writer.WriteEndObject();
    }

    private static void ReadStep(EventBody body, RunState state, StepState step)
    {
        StepFold.SetStatus(state, step, Enum.Parse<StepStatus>(body.Text("status")));
        step.Attempt = body.Int("attempt");
        step.Failures = body.Int("failures");
        step.Polls = body.Int("polls");
        step.Redone = body.Int("redone");
        step.Crashes = body.Int("crashes");
        step.Order = body.Int("order");
        step.Input = body.MapOrNull("input");
        step.InputIsEdited = body.Flag("edited");
        step.Place = body.MapOrNull("place");
        step.Output = body.ValueOrNull("output");
        step.Changed = body.FlagOrNull("changed");
        step.Intent = body.ValueOrNull("intent");
        step.Failure = body.FailureOrNull("failure");
        step.BodyFailure = body.FailureOrNull("bodyFailure");
        step.Wait = body.WaitOrNull("wait");
        step.ReadyAt = body.Instant("ready");
        step.FirstStartedAt = body.InstantOrNull("first");
        step.StartedAt = body.InstantOrNull("started");
        step.CompletedAt = body.InstantOrNull("completed");
        step.ChildRunId = body.TextOrNull("child");
        step.Outcome = body.TextOrNull("outcome");
        step.IsStopping = body.Flag("stopping");
        step.NeedsVerification = body.Flag("verify");
        step.RefreshedFor = body.TextOrNull("refreshedFor");
        step.Items = body.ValueOrNull("items") as ListValue;
    }

    private static void WriteCounts(Utf8JsonWriter writer, string name, int[] counts)
    {
        writer.WriteStartArray(name);
        foreach (var count in counts) writer.WriteNumberValue(count);
        writer.WriteEndArray();
    }

    private static string RoleName(FlowRole role) => role switch
    {
        FlowRole.Rescue => "rescue",
        FlowRole.Always => "always",
        FlowRole.Body => "body",
        _ => "root",
    };
}
