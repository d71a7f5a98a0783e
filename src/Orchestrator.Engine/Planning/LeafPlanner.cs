using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Planning;

/// <summary>Plans one activity: evaluates its inputs and, when all are known, has it look at its real target.</summary>
internal static class LeafPlanner
{
    public static async Task<StepPlan> PlanAsync(ActivityNode node, PlanScope scope, CancellationToken cancellationToken)
    {
        var descriptor = scope.Run.Options.Activities.Find(node.Type, node.Version)
            ?? throw new FailureException("activity.unknown", FailureKind.Permanent, $"there is no activity {node.Type}@{node.Version}");
        var input = Evaluate(node.Inputs, node, scope);
        var environment = Evaluate(node.Policy.Environment, node, scope);
        if (WaitsFor(node, scope, input, environment) is { } reason)
        {
            scope.Await(node, null);
            return node.Plan(scope, PlanState.KnownAfter, reason);
        }

        var secrets = scope.Run.Secrets;
        try
        {
            secrets.Note(input);
            secrets.Note(environment);
            var check = await CheckAsync(descriptor, node, scope, input, environment, cancellationToken).ConfigureAwait(false);
            return Told(node, scope, check);
        }
        catch (FailureException trouble)
        {
            scope.Await(node, null);
            var state = trouble.Failure.Code switch
            {
                "target.unknown" or "input.invalid" => PlanState.WouldFail,
                var code when code.StartsWith("target.", StringComparison.Ordinal) => PlanState.TargetUnreachable,
                _ => PlanState.CannotTell,
            };
            return node.Plan(scope, state, secrets.Describe(trouble.Failure));
        }
    }

    private static StepPlan Told(ActivityNode node, PlanScope scope, Check<Value> check)
    {
        var secrets = scope.Run.Secrets;
        var outputs = check.Output is null ? null : Outputs(node, scope, check.Output);
        switch (check.State)
        {
            case CheckState.Satisfied when node.Policy.Until is { } until && scope.Evaluate(until, node, check.Output) is not BoolValue { Flag: true }:
                scope.Await(node, null);
                return node.Plan(scope, PlanState.WouldRun, $"looks again until `{until}`");
            case CheckState.Satisfied:
                scope.Complete(node, outputs ?? Value.EmptyMap);
                return node.Plan(scope, PlanState.Unchanged);
            case CheckState.Differs:
                scope.Await(node, outputs);
                return node.Plan(scope, PlanState.WouldChange, changes: [.. check.Changes.Select(secrets.Mask)]);
            default:
                scope.Await(node, outputs);
                return node.Plan(scope, PlanState.WouldRun, secrets.Mask(check.Reason ?? "cannot be told by reading"));
        }
    }

    private static async Task<Check<Value>> CheckAsync(
        ActivityDescriptor descriptor, ActivityNode node, PlanScope scope, MapValue input, MapValue environment, CancellationToken cancellationToken)
    {
        var options = scope.Run.Options;
        using var deadline = new CancellationTokenSource(node.Policy.AttemptTimeout, options.Time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(deadline.Token, cancellationToken);
        var key = scope.KeyOf(node);
        try
        {
            var context = new ActivityContext
            {
                Target = await scope.Run.Targets.OpenAsync(node.Policy.Target, scope, either.Token).ConfigureAwait(false),
                Log = _ => { },
                Time = options.Time,
                RunId = "plan",
                StepKey = key,
                IdempotencyKey = $"plan/{key}",
                Environment = environment.Entries.ToDictionary(entry => entry.Key, entry => entry.Value is SecretValue secret ? secret.Secret : Secret.FromPlainText(entry.Value.ToString())),
                Compile = options.Compile,
                OpenTarget = (name, stop) => scope.Run.Targets.OpenAsync(name, scope, stop),
            };
            return await descriptor.Activity.PlanAsync(input, context, either.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (deadline.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new FailureException("engine.timeout", FailureKind.Timeout, $"looking took longer than {Model.Schemas.Durations.Format(node.Policy.AttemptTimeout)}");
        }
#pragma warning disable CA1031 // a bug in one activity must not cost the plan of the others
        catch (Exception bug) when (bug is not (FailureException or OperationCanceledException))
#pragma warning restore CA1031
        {
            throw new FailureException("engine.bug", FailureKind.Permanent, $"{node.Type} broke while looking: {bug.GetType().Name}: {bug.Message}", bug);
        }
    }

    private static MapValue Evaluate(IReadOnlyDictionary<string, Model.Expressions.Expression> expressions, ActivityNode node, PlanScope scope) =>
        Value.Map(expressions.Select(input => (input.Key, scope.Evaluate(input.Value, node))));

    /// <summary>Which inputs wait for which steps; null when all is known.</summary>
    private static string? WaitsFor(ActivityNode node, PlanScope scope, MapValue input, MapValue environment)
    {
        var target = scope.Run.Targets.SettingsOf(node.Policy.Target, scope) ?? Value.Null;
        var names = input.Entries.Where(entry => entry.Value.HasUnknown).Select(entry => $"`{entry.Key}`")
            .Concat(environment.Entries.Where(entry => entry.Value.HasUnknown).Select(entry => $"`env.{entry.Key}`"))
            .Concat(target.HasUnknown ? [$"target `{node.Policy.Target}`"] : []).ToArray();
        if (names.Length == 0) return null;
        string[] steps = [.. PlanScope.UnknownsOf(Value.List(input, environment, target))];
        return $"{PlanNodes.After(steps)}: {string.Join(", ", names)}";
    }

    private static Value Outputs(ActivityNode node, PlanScope scope, Value result) =>
        node.Policy.Outputs.Count == 0 ? result : Value.Map(node.Policy.Outputs.Select(output => (output.Name, scope.Evaluate(output.Expression, node, result))));
}
