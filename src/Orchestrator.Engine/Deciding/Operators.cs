using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>What people ask of a run. Each wish is granted, with events, or refused, with a reason that says what would be possible.</summary>
internal static class Operators
{
    public static void Ask(Decider decider, OperatorFact asked)
    {
        var state = decider.State;
        var (message, body) = (asked.Message, asked.Body);
        if (message.Kind == "terminate")
        {
            if (state.IsEnded) decider.Decision.Refusal = $"the run is {Evaluating.Camel(state.Status)} already";
            else decider.Emit(new RunTerminated(message.By, body.Get("reason")?.AsString() ?? ""));
            return;
        }

        if (state.IsEnded && message.Kind is "signal" or "approve" or "cancel" or "resume" or "stimulus")
        {
            decider.Decision.Refusal = $"the run is {Evaluating.Camel(state.Status)}; nothing can be done with it{(state.Status == RunStatus.Failed ? " but `retry` and `skip`" : "")}";
            return;
        }

        decider.Decision.Refusal = message.Kind switch
        {
            "signal" => Signal(decider, message.By, body),
            "approve" => Approve(decider, message.By, body),
            "cancel" => Cancel(decider, message.By, body),
            "retry" => Retry(decider, message.By, body),
            "stimulus" => Stimulus(decider, message.By, body),
            "resume" => state.Paused == 0 && !state.IsStuck ? $"the run is {Evaluating.Camel(state.Status)}, not paused" : Retry(decider, message.By, Value.EmptyMap),
            "skip" => Skip(decider, message.By, body),
            "alter" => Altering.Alter(decider, asked),
            _ => $"there is no request `{message.Kind}`; there are: signal, approve, cancel, terminate, retry, skip, resume, stimulus, alter",
        };
    }

    private static string? Signal(Decider decider, string by, Value body)
    {
        if (body.Get("name")?.AsString() is not { Length: > 0 } name) return "a signal needs a `name`";
        var payload = decider.Seal(body.Get("payload") ?? Value.Null, $"signal/{name}");
        // Who waits is asked before the event, because the fold keeps a signal that nobody waits for.
        decider.Emit(new SignalReceived(name, payload, by));
        Containers.WaitRule.Received(decider, name, payload);
        return null;
    }

    private static string? Approve(Decider decider, string by, Value body)
    {
        var pending = decider.State.Waiting.Where(step => step.Wait?.Kind == "approval").ToArray();
        if (pending.Length == 0) return "no step waits for an approval";
        var key = body.Get("step")?.AsString();
        if (key is null && pending.Length > 1) return $"several steps wait for an approval: {string.Join(", ", pending.Select(step => step.Key))}; name one";
        var step = key is null ? pending[0] : Array.Find(pending, candidate => candidate.Key == key);
        if (step is null) return $"step `{key}` does not wait for an approval{Near(key!, pending.Select(candidate => candidate.Key))}";
        if (Containers.ApproveRule.Refuses(step, by, body.Get("role")?.AsString()) is { } refusal) return refusal;
        Containers.ApproveRule.Answered(decider, step, body.Get("approved") is not BoolValue { Flag: false }, by, body.Get("comment")?.AsString() ?? "");
        return null;
    }

    private static string? Cancel(Decider decider, string by, Value body)
    {
        if (decider.State.Cancel is { IsOver: false } earlier) return $"the run is being cancelled already, until {earlier.Deadline:u}";
        if (decider.State.Cancel is not null) return "the run is ending already; `terminate` ends it at once";
        var grace = Durations.TryParse(body.Get("grace")?.AsString(), out var given) ? given : Cancelling.DefaultGrace;
        Cancelling.Request(decider, by, body.Get("reason")?.AsString() ?? "", null, grace);
        return null;
    }

    private static string? Stimulus(Decider decider, string by, Value body) => decider.Elsa is not { } elsa
        ? "the run is no workflow made in Studio"
        : elsa.Stimulate(body.Get("bookmark")?.AsString() ?? "", body.Get("name")?.AsString() ?? "", body.Get("match")?.AsString() ?? "", body.Get("payload") ?? Value.Null, by);

    public static string? Retry(Decider decider, string by, Value body)
    {
        if (decider.Elsa is { } elsa && elsa.FaultedWithoutStep(body.Get("step")?.AsString()) is { Count: > 0 } faulted)
        {
            decider.Emit(decider.State.IsEnded ? new RunReopened(by) : new RunContinued("retry", by));
            foreach (var activity in faulted) elsa.Again(activity);
            elsa.Turn();
            return null;
        }

        if (Candidates(decider.State, body.Get("step")?.AsString(), out var steps) is { } refusal) return refusal;
        var edits = body.Get("inputs") as MapValue;
        if (edits is { Entries.Count: > 0 })
        {
            if (steps.Count > 1) return $"several steps would run again: {string.Join(", ", steps.Select(step => step.Key))}; name the one whose input is edited";
            if (steps[0].Step.Kind == Graphs.StepKind.Approve) return $"step `{steps[0].Key}` is an approval: its inputs cannot be edited";
            if (steps[0].Step.Descriptor is { } activity && edits.Entries.Keys.FirstOrDefault(key => activity.Input.Field(key) is null) is { } stray)
                return $"`{activity.Name}` has no input `{stray}`{Near(stray, activity.Input.Fields.Select(field => field.Name))}";
        }

        var reopened = Reopen(decider, by);
        foreach (var step in steps)
        {
            var input = edits is { Entries.Count: > 0 } ? Edited(decider, step, edits) : null;
            decider.Emit(new StepRetried(by, input), step);
            decider.Elsa?.StepReopened(step);
            Again(decider, step);
        }

        if (reopened) Continue(decider);
        return null;
    }

    private static string? Skip(Decider decider, string by, Value body)
    {
        var key = body.Get("step")?.AsString();
        if (Candidates(decider.State, key, out var steps) is { } refusal)
        {
            // A step that waits may be passed over too: it holds nothing.
            if (key is null || !decider.State.Steps.TryGetValue(key, out var waiting) || waiting.Status != StepStatus.Waiting || waiting.ChildRunId is not null) return refusal;
            steps = [waiting];
        }

        if (steps.Count > 1) return $"several steps could be skipped: {string.Join(", ", steps.Select(step => step.Key))}; name one";
        // Passing over an approval is answering it.
        if (steps[0].Step.Kind == Graphs.StepKind.Approve && Containers.ApproveRule.Refuses(steps[0], by, body.Get("role")?.AsString()) is { } closed) return closed;
        var reopened = Reopen(decider, by);
        // With `outputs:` the step's output has another shape than the activity's.
        var shape = steps[0].Step.Policy.Outputs.Count == 0 ? steps[0].Step.Descriptor?.Output : null;
        var output = GivenSecrets.Marked(body.Get("value") ?? Value.EmptyMap, shape, steps[0].Output);
        decider.Emit(new StepSkipped(by, decider.Seal(output, steps[0].Key + "/output")), steps[0]);
        decider.Elsa?.StepReopened(steps[0]);
        decider.Settled(steps[0]);
        decider.Drain();
        if (reopened) Continue(decider);
        return null;
    }

    private static string? Candidates(RunState state, string? key, out List<StepState> steps)
    {
        steps = [];
        if (state.IsEnded && state.Status != RunStatus.Failed) return $"the run is {Evaluating.Camel(state.Status)}; only a failed or paused one can go on";
        if (state.IsEnded && state.RolledBack) return "the run was rolled back, so what came before the failure is gone; start a new run";
        foreach (var step in state.Steps.Values)
        {
            if (step.IsContainer || step.Step.Undoes is not null || (key is not null && step.Key != key && step.Step.Id != key)) continue;
            if (step.Status == StepStatus.Paused || ((state.IsEnded || state.Elsa is not null) && step.Status == StepStatus.Failed && step.Outcome is null && !InDroppedScope(step))) steps.Add(step);
        }

        // The first round of a step has its id for a key: who names it means that round alone.
        if (steps.Find(step => step.Key == key) is { } exact) steps = [exact];
        if (steps.Count > 0) return null;
        if (key is null) return state.IsEnded ? "the run failed outside of its steps; start a new run" : $"the run is {Evaluating.Camel(state.Status)} and no step of it is paused";
        return state.Steps.TryGetValue(key, out var other)
            ? $"step `{key}` is {Evaluating.Camel(other.Status)}, neither failed nor paused"
            : $"the run has no step `{key}`{Near(key, state.Steps.Keys)}";
    }

    // The run's own rescue and always run again at its next end; nothing in them is retried by itself.
    private static bool InDroppedScope(StepState step)
    {
        var scope = step.Scope;
        while (scope.Owner is { } owner)
        {
            if (owner.Scopes.IndexOf(scope) < 0) return true;
            // A block that went on to rescue or always after its body failed is reopened where it ended.
            if (owner.Step.Kind == Graphs.StepKind.Block && Ended(owner) != scope) return true;
            scope = owner.Scope;
        }

        return scope.Flow.Role != Graphs.FlowRole.Root;
    }

    /// <summary>The scope of a broken block whose failure is the block's.</summary>
    private static ScopeState Ended(StepState block)
    {
        var rescue = block.Scopes.Find(scope => scope.Flow.Role == Graphs.FlowRole.Rescue);
        if (rescue is not null && (rescue.Failure is not null || rescue.Active > 0)) return rescue;
        var always = block.Scopes.Find(scope => scope.Flow.Role == Graphs.FlowRole.Always);
        var body = block.Scopes[0];
        return rescue is null && body.Failure is not null ? body : always ?? rescue ?? body;
    }

    private static bool Reopen(Decider decider, string by)
    {
        if (!decider.State.IsEnded) return false;
        decider.Emit(new RunReopened(by));
        // Outermost first: the scopes of a container are only looked at once it is resumed.
        foreach (var container in decider.State.Steps.Values.Where(step => step.IsContainer && step.Status is StepStatus.Failed && step.Outcome is null && !InDroppedScope(step)).ToArray())
            decider.Do(new Move(MoveKind.Resumed, container.Key));
        return true;
    }

    /// <summary>After a reopening: what was cancelled because of the failure runs again, and what needs no step goes on.</summary>
    private static void Continue(Decider decider)
    {
        if (decider.Elsa is { } elsa)
        {
            elsa.Turn();
            return;
        }

        foreach (var step in decider.State.Steps.Values.ToArray())
        {
            if (step.Status != StepStatus.Cancelled || step.Outcome is not null || InDroppedScope(step) || step.Scope.Owner is { IsActive: false }) continue;
            if (step.IsContainer) decider.Do(new Move(MoveKind.Resumed, step.Key));
            else Again(decider, step);
        }

        foreach (var scope in decider.State.Scopes.Values.ToArray())
            if (scope.IsClosed) Containers.FlowchartRule.Check(decider, scope);
    }

    private static void Again(Decider decider, StepState step)
    {
        if (step.Step.HasAttempts)
        {
            decider.Do(new Move(MoveKind.Redone, step.Key, step.InputIsEdited || step.Step.Elsa is not null || step.Step.ConstantInput is not null || step.Step.Kind == Graphs.StepKind.Call ? null : TryInputs(decider, step)));
            return;
        }

        decider.Schedule(step);
    }

    private static MapValue? TryInputs(Decider decider, StepState step)
    {
        try
        {
            return Evaluating.Inputs(decider, step);
        }
        catch (FailureException)
        {
            return null; // it fails again for the same reason when it starts
        }
    }

    private static MapValue Edited(Decider decider, StepState step, MapValue edits)
    {
        var input = step.Input ?? step.Step.ConstantInput ?? TryInputs(decider, step) ?? Value.EmptyMap;
        foreach (var (name, value) in edits.Entries)
            input = input.With(name, GivenSecrets.Marked(value, step.Step.Descriptor?.Input.Field(name)?.Schema, input.Get(name)));

        return (MapValue)decider.Seal(input, $"{step.Key}/input#{step.Redone + 1}");
    }

    public static string Near(string name, IEnumerable<string> names) => Spelling.Nearest(name, names) is { } near ? $"; did you mean `{near}`?" : "";
}
