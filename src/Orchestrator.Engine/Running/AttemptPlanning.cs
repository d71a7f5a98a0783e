using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Secrets;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Running;

/// <summary>Takes from a run's state what an attempt needs: recorded inputs, and what is computed again at each start because the journal must not hold it (environment, targets, derived secrets).</summary>
internal static class AttemptPlanning
{
    public static AttemptPlan Plan(RunState state, StepState step, Redactor redactor, DateTimeOffset now)
    {
        var key = step.Redone == 0 ? $"{state.RunId}/{step.Key}" : $"{state.RunId}/{step.Key}#{step.Redone}";
        var plan = new AttemptPlan(step.Key, step.Attempt, step.Step.Policy, Value.EmptyMap, key)
        {
            Mode = step.NeedsVerification ? AttemptMode.Verify : step.Step.Undoes is not null && step.Step.Policy.Undo is null && IsOwnUndo(step.Step) ? AttemptMode.Undo : AttemptMode.Run,
            Descriptor = step.Step.Descriptor,
            Effect = step.Step.Policy.Effect,
            RecordsIntent = Intending.IsRecorded(state.Graph.Definition, step.Step),
        };
        try
        {
            return Filled(plan, state, step, redactor, now);
        }
        catch (FailureException exception)
        {
            return plan with { Failure = exception.Failure };
        }
    }

    private static AttemptPlan Filled(AttemptPlan plan, RunState state, StepState step, Redactor redactor, DateTimeOffset now)
    {
        if (step.Step.Kind == StepKind.Script) return plan with { Script = Script(state, step, now) };
        if (step.Step.Kind == StepKind.Publish) return plan with { Input = Evaluating.InputOf(step), IsPublication = true };
        if (step.Step.Kind == StepKind.Call) return plan with { Call = Call(state, step, redactor, now) };
        var subject = plan.Mode == AttemptMode.Undo ? state.Steps[step.Key[..^MoveFold.UndoSuffix.Length]] : step;
        var input = Evaluating.InputOf(subject);
        if (input.HasSecret)
        {
            if (HasDerived(input)) input = Evaluating.Inputs(state, subject, subject.ReadyAt);
            Reveal(input, redactor);
        }

        plan = plan with { Input = input, UndoneOutput = plan.Mode == AttemptMode.Undo ? subject.Output : null };
        var policy = step.Step.Policy;
        if (policy.Environment.Count > 0) plan = plan with { Environment = Environment(state, step, redactor, now) };
        if (subject.Place?.Get("environment") is MapValue given) plan = plan with { Environment = given.Entries.ToDictionary(entry => entry.Key, entry => Text(entry.Value, redactor), StringComparer.Ordinal) };
        if (subject.Place?.Get("target") is MapValue place) return plan with { Target = Target(place, redactor) };
        if (state.Graph.Definition.Targets.Count > 0) plan = plan with { FindTarget = name => TargetPlanning.Settings(state, step, redactor, now, name) };
        return policy.Target is { } target and not "local" ? plan with { Target = TargetPlanning.Settings(state, step, redactor, now, target) } : plan;
    }

    private static bool IsOwnUndo(Step step) => ReferenceEquals(step.Undoes!.Descriptor, step.Descriptor) && step.Undoes.Policy.Undo is null;

    private static CallPlan Call(RunState state, StepState step, Redactor redactor, DateTimeOffset now)
    {
        var inputs = step.InputIsEdited || step.Step.Elsa is not null ? step.Input! : Evaluating.Inputs(state, step, now);
        Reveal(inputs, redactor);
        return new CallPlan(
            inputs.Get("blueprint")?.AsString() ?? throw new FailureException("input.invalid", FailureKind.Permanent, $"`call` of `{step.Key}` names no blueprint"),
            inputs.Get("with") as MapValue ?? Value.EmptyMap,
            inputs.Get("detached") is BoolValue { Flag: true })
        {
            IsStudio = step.Step.Elsa is not null, VersionId = inputs.Get("version")?.AsString(), CorrelationId = inputs.Get("correlationId")?.AsString(),
        };
    }

    // What a script sees is taken when it starts, not when it was asked for: another attempt sees what has happened since.
    private static Model.Scripts.ScriptCall Script(RunState state, StepState step, DateTimeOffset now) => new(
        step.Input!.Get("script")?.AsString() ?? "", Elsa.ActivityInputs.Context(state, state.Elsa!.ByStep(step.Key)!, now), TimeSpan.FromSeconds(5));

    private static Dictionary<string, Secret> Environment(RunState state, StepState step, Redactor redactor, DateTimeOffset now)
    {
        var context = Evaluating.Context(state, step.Scope, now, step);
        var environment = new Dictionary<string, Secret>(StringComparer.Ordinal);
        foreach (var (name, expression) in step.Step.Policy.Environment)
        {
            environment[name] = Text(expression.Evaluate(context), redactor);
        }

        return environment;
    }

    private static Secret Text(Value value, Redactor redactor)
    {
        if (value.HasSecret) Reveal(value, redactor);
        return value switch
        {
            SecretValue secret => secret.Secret,
            NullValue => Secret.FromPlainText(""),
            _ => Secret.FromPlainText(value.ToString()),
        };
    }

    private static TargetSettings Target(MapValue place, Redactor redactor)
    {
        var settings = (MapValue)place.Get("settings")!;
        if (settings.HasSecret) Reveal(settings, redactor);
        return new TargetSettings(place.Get("name")!.AsString()!, place.Get("kind")!.AsString()!, settings);
    }

    /// <summary>Every secret in the value is looked up now, so that its text is taken out of all that follows and a missing one fails before the effect.</summary>
    public static void Reveal(Value value, Redactor redactor)
    {
        switch (value)
        {
            case SecretValue secret: redactor.Add(secret.Secret.Reveal()); break;
            case ListValue { HasSecret: true } list:
                foreach (var item in list.Items) Reveal(item, redactor);
                break;
            case MapValue { HasSecret: true } map:
                foreach (var entry in map.Entries.Values) Reveal(entry, redactor);
                break;
        }
    }

    private static bool HasDerived(Value value) => value switch
    {
        SecretValue secret => secret.Secret.Reference == Secret.Derived,
        ListValue list => list.Items.Any(HasDerived),
        MapValue map => map.Entries.Values.Any(HasDerived),
        _ => false,
    };
}
