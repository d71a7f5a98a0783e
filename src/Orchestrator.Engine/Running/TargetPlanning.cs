using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Secrets;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Running;

/// <summary>Computes the settings of a declared target for a step. For a group, the host is the item of the foreach around the step.</summary>
internal static class TargetPlanning
{
    public static TargetSettings Settings(RunState state, StepState step, Redactor redactor, DateTimeOffset now, string name)
    {
        if (name == "local" && !state.Graph.Definition.Targets.ContainsKey(name)) return new TargetSettings("local", "local", Value.EmptyMap);
        if (!state.Graph.Definition.Targets.TryGetValue(name, out var plan))
            throw new FailureException("target.unknown", FailureKind.Permanent, $"the blueprint declares no target `{name}`{Spelling.DidYouMean(name, state.Graph.Definition.Targets.Keys)}");
        var context = Evaluating.Context(state, step.Scope, now, step);
        var settings = plan.Settings.Evaluate(context) as MapValue ?? Value.EmptyMap;
        if (plan.Hosts?.Evaluate(context) is MapValue hosts)
        {
            var host = HostOf(step, hosts);
            if (hosts.Get(host) is MapValue own)
                foreach (var (key, value) in own.Entries) settings = settings.With(key, value);
            name = $"{name}.{host}";
        }

        settings = Through(settings, other => Settings(state, step, redactor, now, other));
        if (settings.HasSecret) AttemptPlanning.Reveal(settings, redactor);
        return new TargetSettings(name, plan.Kind, settings);
    }

    /// <summary>A target that goes through another holds that one's settings in its own, so that whoever opens it needs to know nothing of the blueprint.</summary>
    public static MapValue Through(MapValue settings, Func<string, TargetSettings> find)
    {
        foreach (var key in new[] { "jump", "via" })
            if (settings.Get(key) is StringValue other && other.Text != "local")
            {
                var gateway = find(other.Text);
                settings = settings.With(key, Value.Map((gateway.Kind, gateway.Settings)));
            }

        return settings;
    }

    private static string HostOf(StepState step, MapValue hosts)
    {
        for (var scope = step.Scope; scope is not null; scope = scope.Parent)
            if (scope.Item is { } item && hosts.Get(item) is not null) return item;
        throw new FailureException("target.noHost", FailureKind.Permanent, $"`{step.Key}` acts on a group of hosts, but no foreach around it says on which: {string.Join(", ", hosts.Entries.Keys)}");
    }
}
