using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Planning;

/// <summary>The targets of a definition, each opened once, or its trouble found once.</summary>
internal sealed class PlanTargets(PlannedRun run) : IAsyncDisposable
{
    private const string Local = "local";

    private readonly Dictionary<string, (Target? Target, Failure? Failure)> _opened = new(StringComparer.Ordinal);

    /// <summary>The settings of a target, which may hold unknowns; null when it has none (this machine).</summary>
    public Value? SettingsOf(string? name, PlanScope scope) =>
        PlanOf(name) is { } plan ? scope.Evaluate(plan.Settings) : null;

    /// <summary>Opens a target; throws its failure.</summary>
    public async Task<Target> OpenAsync(string? name, PlanScope scope, CancellationToken cancellationToken)
    {
        name ??= Local;
        if (!_opened.TryGetValue(name, out var known))
        {
            known = await TryOpenAsync(name, scope, cancellationToken).ConfigureAwait(false);
            _opened.Add(name, known);
        }

        return known.Target ?? throw new FailureException(known.Failure!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (target, _) in _opened.Values)
            if (target is not null) await target.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<(Target?, Failure?)> TryOpenAsync(string name, PlanScope scope, CancellationToken cancellationToken)
    {
        try
        {
            var plan = PlanOf(name);
            if (plan is null && name != Local) throw new FailureException("target.unknown", FailureKind.Permanent, $"there is no target `{name}`");
            var settings = SettingsOf(name, scope) as MapValue ?? Value.EmptyMap;
            run.Secrets.Note(settings);
            return (await run.Options.OpenTarget(name, plan?.Kind ?? Local, settings, cancellationToken).ConfigureAwait(false), null);
        }
        catch (FailureException failure)
        {
            return (null, failure.Failure);
        }
    }

    private TargetPlan? PlanOf(string? name) => run.Definition.Targets.GetValueOrDefault(name ?? Local);
}
