using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Planning;

/// <summary>
/// Says what a run would do, without doing it: walks the definition as a run without failures would, evaluates what can be evaluated, and asks each activity whose inputs are all known to look at the
/// real target. What a step that would run gives is an <see cref="UnknownValue"/>, and so is everything computed from it: a plan says "known after", it never guesses.
/// </summary>
public static class RunPlanner
{
    /// <summary>Plans a run.</summary>
    /// <param name="definition">What would run.</param>
    /// <param name="inputs">Its inputs, checked against the definition; defaults are added here.</param>
    /// <param name="options">The world.</param>
    /// <param name="cancellationToken">Stops planning.</param>
    public static async Task<PlanReport> PlanAsync(Definition definition, MapValue inputs, PlanOptions options, CancellationToken cancellationToken)
    {
        var run = new PlannedRun(definition, inputs, options, new PlanSecrets(options.ResolveSecret), keyPrefix: "", depth: 0);
        await using (run.ConfigureAwait(false))
        {
            var steps = await run.PlanAsync(cancellationToken).ConfigureAwait(false);
            return new PlanReport(definition.Name, definition.Version, definition.Hash, steps, run.Outputs());
        }
    }
}

/// <summary>One definition being planned: the run itself, or a blueprint it calls.</summary>
internal sealed class PlannedRun : IAsyncDisposable
{
    public PlannedRun(Definition definition, MapValue inputs, PlanOptions options, PlanSecrets secrets, string keyPrefix, int depth)
    {
        (Definition, Options, Secrets, KeyPrefix, Depth) = (definition, options, secrets, keyPrefix, depth);
        Inputs = WithDefaults(definition, inputs);
        Scope = new PlanScope(this);
        Targets = new PlanTargets(this);
        foreach (var variable in definition.Vars) Vars = Vars.With(variable.Name, Scope.Evaluate(variable.Expression));
    }

    public Definition Definition { get; }

    public PlanOptions Options { get; }

    public PlanSecrets Secrets { get; }

    /// <summary>What stands before every step key: the calling step's key and a slash; empty for the run itself.</summary>
    public string KeyPrefix { get; }

    /// <summary>How many calls lead here.</summary>
    public int Depth { get; }

    public MapValue Inputs { get; }

    public MapValue Vars { get; private set; } = Value.EmptyMap;

    public PlanTargets Targets { get; }

    private PlanScope Scope { get; }

    public async Task<IReadOnlyList<StepPlan>> PlanAsync(CancellationToken cancellationToken)
    {
        var steps = await FlowPlanner.PlanAsync(Definition.Root, Scope, cancellationToken).ConfigureAwait(false);
        return Definition.Always is { } always ? [.. steps, .. await FlowPlanner.PlanAsync(always, Scope, cancellationToken).ConfigureAwait(false)] : steps;
    }

    /// <summary>The outputs; one that cannot be computed is left out, as the run itself would say why.</summary>
    public MapValue Outputs()
    {
        var outputs = Value.EmptyMap;
        foreach (var output in Definition.Outputs)
        {
            try
            {
                outputs = outputs.With(output.Name, Scope.Evaluate(output.Expression));
            }
            catch (FailureException)
            {
                // Without the step that failed to plan there is nothing to compute it from; the report shows that step.
            }
        }

        return outputs;
    }

    public ValueTask DisposeAsync() => Targets.DisposeAsync();

    private static MapValue WithDefaults(Definition definition, MapValue inputs)
    {
        foreach (var field in definition.Inputs.Fields)
            if (!inputs.TryGetValue(field.Name, out var given) || given.IsNull) inputs = inputs.With(field.Name, field.Default ?? Value.Null);
        return inputs;
    }
}
