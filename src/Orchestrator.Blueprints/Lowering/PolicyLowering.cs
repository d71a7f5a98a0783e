using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;
using static Orchestrator.Blueprints.Lowering.DefinitionLowering;

namespace Orchestrator.Blueprints.Lowering;

/// <summary>How a step is run: what it says, else what <c>defaults</c> say, else what the grammar says.</summary>
internal sealed class PolicyLowering(BlueprintPlan plan)
{
    /// <summary>A step that polls always has a deadline.</summary>
    private static readonly TimeSpan PollDeadline = TimeSpan.FromMinutes(15);

    /// <param name="step">The step, or an undo.</param>
    /// <param name="undo">Its undo, lowered.</param>
    /// <param name="undone">For an undo, the step it belongs to: it acts where that step acted.</param>
    public StepPolicy Of(StepPlan step, ActivityNode? undo, StepPlan? undone = null)
    {
        var node = step.Node;
        var leaf = step.Verb is "uses" or "run";
        var polls = step.Activity is { Polls: true } || step.Values.ContainsKey("until");
        var defaults = leaf ? plan.Defaults : null;
        return new StepPolicy
        {
            Target = TargetOf(step) ?? (undone is null ? null : TargetOf(undone)),
            Environment = Environment(step, leaf),
            AttemptTimeout = Deadline(node, "attempt") ?? Deadline(defaults, "attempt") ?? Default(StepGrammar.Timeout, "attempt"),
            TotalTimeout = Deadline(node, "total") ?? Deadline(defaults, "total") ?? (polls ? PollDeadline : null),
            QueueTimeout = Deadline(node, "queue") ?? Deadline(defaults, "queue") ?? Default(StepGrammar.Timeout, "queue"),
            HeartbeatTimeout = Deadline(node, "heartbeat") ?? Deadline(defaults, "heartbeat"),
            Retry = Retry(node["retry"], defaults?["retry"]),
            Until = step.Values.GetValueOrDefault("until")?.Expression,
            Every = Duration(node["every"]) ?? Default(StepGrammar.Step, "every"),
            Undo = undo,
            NoUndo = node["undo"] is YamlScalar,
            AllowFailure = Flag(node["allowFailure"]) ?? false,
            Outputs = Named(step.Outputs),
            Log = Enum.Parse<LogLevel>(Text(node["log"]) ?? "full", ignoreCase: true),
            Effect = step.Verb == "run" ? Enum.Parse<Effect>(Text(node["effect"]) ?? "once", ignoreCase: true) : null,
        };
    }

    /// <summary>Name of the target a step acts on: its own, that of a block around it, or the default one; null for <c>local</c> and for steps that act nowhere.</summary>
    public string? TargetOf(StepPlan step)
    {
        if (step.Verb is "wait" or "approve" or "call") return null;
        var own = Text(step.Node["target"]) ?? step.Parent?.Ancestors().Select(outer => Text(outer.Node["target"])).FirstOrDefault(name => name is not null);
        var name = own ?? (step.Verb is "uses" or "run" ? Text(plan.Defaults?["target"]) : null);
        return name == "local" ? null : name;
    }

    private Dictionary<string, Expression> Environment(StepPlan step, bool leaf)
    {
        var variables = new Dictionary<string, Expression>();
        if (!leaf) return variables;
        foreach (var variable in plan.DefaultEnvironment
                     .Concat((step.Parent?.Ancestors() ?? []).Reverse().SelectMany(outer => outer.Environment))
                     .Concat(step.Environment))
            variables[variable.Name] = variable.Expression!;
        return variables;
    }

    private static TimeSpan? Deadline(YamlMapping? node, string name) => node?["timeout"] switch
    {
        YamlMapping map => Duration(map[name]),
        { } attempt when name == "attempt" => Duration(attempt),
        _ => null,
    };

    private static RetryPolicy Retry(YamlNode? own, YamlNode? defaults)
    {
        if (own is YamlScalar { Text: "never" }) return RetryPolicy.Never;
        var asked = own is not null;
        if (own is null && defaults is YamlScalar { Text: "never" }) return RetryPolicy.Never with { IsExplicit = false };
        var policy = RetryPolicy.Default;
        YamlNode? Get(string key) => Key(own, key) ?? Key(defaults, key);
        return policy with
        {
            IsExplicit = asked,
            Max = (int)(Number(Get("max")) ?? policy.Max),
            Delay = Duration(Get("delay")) ?? policy.Delay,
            Backoff = Text(Get("backoff")) is { } backoff ? Enum.Parse<Backoff>(backoff, ignoreCase: true) : policy.Backoff,
            Factor = Number(Get("factor")) ?? policy.Factor,
            MaxDelay = Duration(Get("maxDelay")) ?? policy.MaxDelay,
            Jitter = Text(Get("jitter")) is not { } jitter || jitter == "full",
            For = Duration(Get("for")),
            On = Get("on") is YamlSequence on ? [.. on.Items.Select(item => Text(item)!)] : policy.On,
        };
    }

    // A plain number is `max`.
    private static YamlNode? Key(YamlNode? retry, string key) => retry switch
    {
        YamlMapping map => map[key],
        YamlScalar { Value: NumberValue } number when key == "max" => number,
        _ => null,
    };
}
