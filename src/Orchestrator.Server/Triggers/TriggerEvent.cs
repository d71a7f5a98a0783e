using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Triggers;

/// <summary>What the expressions of a trigger see: the event, and of the vars those that need no inputs.</summary>
internal static class TriggerEvent
{
    /// <summary>The context.</summary>
    public static EvaluationContext Context(Definition definition, MapValue @event, DateTimeOffset now)
    {
        var vars = Value.EmptyMap;
        var context = new EvaluationContext { Root = name => name switch { "event" => @event, "vars" => vars, _ => null }, Now = now, NewUuid = () => Guid.NewGuid().ToString() };
        foreach (var (name, expression) in definition.Vars)
            if (expression.References().All(path => path[0] == "vars" && path.Count > 1 && vars.TryGetValue(path[1], out _))) vars = vars.With(name, expression.Evaluate(context));
        return context;
    }

    /// <summary>Whether the trigger wants this event.</summary>
    public static bool Wants(TriggerPlan plan, EvaluationContext context) => plan.If is null || plan.If.Evaluate(context) is BoolValue { Flag: true };

    /// <summary>The inputs that the event gives.</summary>
    public static MapValue Inputs(TriggerPlan plan, EvaluationContext context) => plan.With?.Evaluate(context) switch
    {
        null or NullValue => Value.EmptyMap,
        MapValue map => map,
        var other => throw new FailureException("trigger.with", FailureKind.Permanent, $"`with` of trigger `{plan.Name}` must give a map of inputs, not {other}"),
    };

    /// <summary>The key under which occurrences count once, when the trigger makes one of its own; else null.</summary>
    public static string? Key(TriggerPlan plan, EvaluationContext context) => plan.Dedupe?.Evaluate(context) switch
    {
        null or NullValue => null,
        StringValue text => "dedupe:" + text.Text,
        var other => "dedupe:" + other,
    };
}
