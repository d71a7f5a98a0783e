using System.Globalization;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Planning;

/// <summary>What expressions see at a place of a plan: a run's own scope, and below it one for each item of a <c>foreach</c>.</summary>
internal sealed class PlanScope
{
    /// <summary>What is known once the run exists: its id, its instants, the ids it draws.</summary>
    private const string Start = "the start";

    private static readonly Value NotReached = Step(Value.Null, Value.Of("pending"), 0);

    private readonly Dictionary<string, Value> _steps = new(StringComparer.Ordinal);
    private readonly PlanScope? _outer;
    private readonly string? _itemKey;
    private readonly string? _itemName;
    private readonly Value? _item;

    public PlanScope(PlannedRun run) => Run = run;

    private PlanScope(PlanScope outer, ActivityNode owner, string itemKey, string itemName, Value item)
    {
        (Run, _outer, _itemName, _item) = (outer.Run, outer, itemName, item);
        (_itemKey, OwnerId, OwnerKey) = (itemKey, owner.Id, $"{outer.KeyOf(owner)}[{itemKey}]");
    }

    public PlannedRun Run { get; }

    /// <summary>Id of the <c>foreach</c> whose item this is; null for a run's own scope.</summary>
    private string? OwnerId { get; }

    private string? OwnerKey { get; }

    /// <summary>The scope of one item.</summary>
    public PlanScope ForItem(ActivityNode owner, string itemKey, string itemName, Value item) => new(this, owner, itemKey, itemName, item);

    /// <summary>Keys of the items around, innermost first.</summary>
    public IEnumerable<string> ItemKeys
    {
        get
        {
            for (var at = this; at is not null; at = at._outer)
                if (at._itemKey is { } key) yield return key;
        }
    }


    /// <summary>A step's key: the item's own for the step that is repeated, below it for those inside.</summary>
    public string KeyOf(ActivityNode node) => OwnerKey is not { } owner ? Run.KeyPrefix + node.Id : node.Id == OwnerId ? owner : $"{owner}/{node.Id}";

    /// <summary>Says what later steps see of a step that all was well with.</summary>
    public void Complete(ActivityNode node, Value outputs) => _steps[node.Id] = Step(outputs, Value.Of("completed"), 1);

    /// <summary>Says what later steps see of a step, and of all inside it, that is not run.</summary>
    public void Skip(ActivityNode node) => Settle(node, _ => Step(Value.Null, Value.Of("skipped"), 0));

    /// <summary>Says that nothing is known of a step, and of all inside it, before it has run.</summary>
    public void Await(ActivityNode node) => Settle(node, Unknown);

    /// <summary>The step would run; its outputs can be foretold when they are given.</summary>
    public void Await(ActivityNode node, Value? outputs)
    {
        var unknown = new UnknownValue(node.Id);
        _steps[node.Id] = Value.Map(("outputs", outputs ?? unknown), ("status", unknown), ("error", unknown), ("attempts", unknown));
    }

    /// <summary>The outputs of a step as later steps see them; null before it was planned.</summary>
    public Value? OutputsOf(string id) => _steps.GetValueOrDefault(id)?.Get("outputs");

    /// <summary>Evaluates an expression that stands here.</summary>
    /// <param name="expression">The expression.</param>
    /// <param name="node">Whose it is; null for those of the run.</param>
    /// <param name="result">The activity's own output, for <c>until</c> and <c>outputs</c>.</param>
    public Value Evaluate(Expression expression, ActivityNode? node = null, Value? result = null)
    {
        try
        {
            return expression.Evaluate(new EvaluationContext
            {
                Now = Run.Options.Time.GetUtcNow(),
                NewUuid = () => throw new UuidAskedException(), // made up here, it would be a guess
                Root = name => Root(name, node, result),
                Member = (root, name) => root switch
                {
                    "steps" => StepNamed(name),
                    "secrets" => SecretNamed(name),
                    _ => null,
                },
            });
        }
        catch (UuidAskedException)
        {
            return new UnknownValue(Start);
        }
    }

    /// <summary>The steps a value waits for, in order of appearance; empty when it is known.</summary>
    public static IReadOnlyList<string> UnknownsOf(Value value) => value switch
    {
        UnknownValue unknown => [unknown.After],
        ListValue list => [.. list.Items.SelectMany(UnknownsOf).Distinct()],
        MapValue map => [.. map.Entries.Values.SelectMany(UnknownsOf).Distinct()],
        _ => [],
    };

    private static MapValue Step(Value outputs, Value status, int attempts) =>
        Value.Map(("outputs", outputs), ("status", status), ("error", Value.Null), ("attempts", Value.Of(attempts)));

    private static UnknownValue Unknown(ActivityNode node) => new(node.Id);

    private void Settle(ActivityNode node, Func<ActivityNode, Value> value)
    {
        _steps[node.Id] = value(node);
        foreach (var child in node.Activities) Settle(child, value);
        foreach (var body in node.Bodies.Values)
            foreach (var child in body.Activities.Where(child => child.Id != node.Id)) Settle(child, value);
    }

    private Value? Root(string name, ActivityNode? node, Value? result)
    {
        for (var at = this; at is not null; at = at._outer)
            if (at._item is { } item && (name == "item" || name == at._itemName)) return item;
        return name switch
        {
            "inputs" => Run.Inputs,
            "vars" => Run.Vars,
            "result" => result,
            "error" => Value.Null,
            "target" => Value.Map(("name", Value.Of(node?.Policy.Target ?? "local"))),
            "step" => node is null ? null : Value.Map(("key", Value.Of(KeyOf(node))), ("id", Value.Of(node.Id))),
            "secrets" => Value.Map(Run.Definition.Secrets.Select(secret => (secret.Key, Run.Secrets.ByReference(secret.Value)))),
            "steps" => Value.Map(AllSteps()),
            "run" => Value.Map(
                ("id", new UnknownValue(Start)), ("startedAt", new UnknownValue(Start)), ("attempt", Value.Of(1)),
                ("blueprint", Value.Of(Run.Definition.Name)), ("parent", Run.Depth == 0 ? Value.Null : new UnknownValue(Start))),
            _ => null,
        };
    }

    private Value? StepNamed(string id)
    {
        for (var at = this; at is not null; at = at._outer)
            if (at._steps.TryGetValue(id, out var step)) return step;
        return Exists(Run.Definition.Root, id) || Run.Definition.Always is { } always && Exists(always, id) ? NotReached : null;
    }

    private Value? SecretNamed(string name) => Run.Definition.Secrets.TryGetValue(name, out var reference) ? Run.Secrets.ByReference(reference) : null;

    private IEnumerable<(string, Value)> AllSteps() => (_outer?.AllSteps() ?? []).Concat(_steps.Where(step => !PlanNodes.IsAdded(step.Key)).Select(step => (step.Key, step.Value)));

    private static bool Exists(ActivityNode node, string id) =>
        node.Id == id || node.Activities.Any(child => Exists(child, id)) || node.Bodies.Values.Any(body => Exists(body, id));

    private sealed class UuidAskedException : Exception;
}
