using Orchestrator.Engine.Running;
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

    /// <summary>The settings of a target, which may hold unknowns; null when it has none (this machine). Those of a group's host are overlaid by the host's own.</summary>
    public Value? SettingsOf(string? name, PlanScope scope)
    {
        if (PlanOf(name) is not { } plan) return null;
        var evaluated = scope.Evaluate(plan.Settings);
        if (evaluated is not MapValue settings) return evaluated;
        if (HostOf(plan, scope) is ({ } own, _)) settings = Value.Map(settings.Entries.Concat(own.Entries).Select(entry => (entry.Key, entry.Value)));
        return TargetPlanning.Through(settings, other => new TargetSettings(other, PlanOf(other)?.Kind ?? Local, SettingsOf(other, scope) as MapValue ?? Value.EmptyMap));
    }

    /// <summary>Opens a target; throws its failure.</summary>
    public async Task<Target> OpenAsync(string? name, PlanScope scope, CancellationToken cancellationToken)
    {
        name ??= Local;
        var plan = PlanOf(name) ?? (name == Local ? null : throw new FailureException("target.unknown", FailureKind.Permanent, $"there is no target `{name}`"));
        var settings = SettingsOf(name, scope) as MapValue ?? Value.EmptyMap;
        if (plan is not null && HostOf(plan, scope) is ({ }, { } host)) name = $"{name}.{host}";
        if (!_opened.TryGetValue(name, out var known))
        {
            known = await TryOpenAsync(name, plan?.Kind ?? Local, settings, cancellationToken).ConfigureAwait(false);
            _opened.Add(name, known);
        }

        return known.Target ?? throw new FailureException(known.Failure!);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var (target, _) in _opened.Values)
            if (target is not null) await target.DisposeAsync().ConfigureAwait(false);
    }

    private async Task<(Target?, Failure?)> TryOpenAsync(string name, string kind, MapValue settings, CancellationToken cancellationToken)
    {
        try
        {
            run.Secrets.Note(settings);
            return (await run.Options.OpenTarget(name, kind, settings, cancellationToken).ConfigureAwait(false), null);
        }
        catch (FailureException failure)
        {
            return (null, failure.Failure);
        }
    }

    /// <summary>For a group, the host that the item of a <c>foreach</c> around names, and its own settings; nulls for a single target.</summary>
    private static (MapValue? Own, string? Host) HostOf(TargetPlan plan, PlanScope scope)
    {
        if (plan.Hosts is not { } expression || scope.Evaluate(expression) is not MapValue hosts) return (null, null);
        foreach (var item in scope.ItemKeys)
            if (hosts.Get(item) is { } own) return (own as MapValue ?? Value.EmptyMap, item);
        throw new FailureException("target.noHost", FailureKind.Permanent, $"the target is a group of hosts, but no foreach around the step says on which: {string.Join(", ", hosts.Entries.Keys)}");
    }

    private TargetPlan? PlanOf(string? name) => run.Definition.Targets.GetValueOrDefault(name ?? Local);
}
