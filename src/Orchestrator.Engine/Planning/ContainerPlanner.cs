using System.Globalization;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Planning;

/// <summary>Plans one step that would be reached: containers and the engine's own types here, activities in <see cref="LeafPlanner"/>.</summary>
internal static class ContainerPlanner
{
    private const int DeepestCall = 16;
    private const int MostItems = 1_000;

    public static async Task<StepPlan> PlanAsync(ActivityNode node, PlanScope scope, CancellationToken cancellationToken)
    {
        try
        {
            return node.Type switch
            {
                ActivityTypes.Block or ActivityTypes.Parallel or ActivityTypes.Flowchart => await BodiesAsync(node, scope, cancellationToken).ConfigureAwait(false),
                ActivityTypes.ForEach => await ForEachAsync(node, scope, cancellationToken).ConfigureAwait(false),
                ActivityTypes.Call => await CallAsync(node, scope, cancellationToken).ConfigureAwait(false),
                ActivityTypes.Wait => Waits(node, scope, WaitReason(node, scope)),
                ActivityTypes.Approve => Waits(node, scope, $"waits for a person: {Text(node, scope, "message") ?? "approve"}"),
                _ => await LeafPlanner.PlanAsync(node, scope, cancellationToken).ConfigureAwait(false),
            };
        }
        catch (FailureException failure)
        {
            scope.Await(node);
            return node.Plan(scope, PlanState.WouldFail, scope.Run.Secrets.Describe(failure.Failure));
        }
    }

    private static async Task<StepPlan> BodiesAsync(ActivityNode node, PlanScope scope, CancellationToken cancellationToken)
    {
        var flows = node.Type == ActivityTypes.Flowchart ? [node] : new[] { node.Bodies.GetValueOrDefault("body"), node.Bodies.GetValueOrDefault("always") };
        var children = new List<StepPlan>();
        foreach (var flow in flows.OfType<ActivityNode>()) children.AddRange(await FlowPlanner.PlanAsync(flow, scope, cancellationToken).ConfigureAwait(false));
        scope.Complete(node, Value.EmptyMap);
        return node.Container(scope, children);
    }

    private static async Task<StepPlan> ForEachAsync(ActivityNode node, PlanScope scope, CancellationToken cancellationToken)
    {
        var given = scope.Evaluate(node.Inputs["in"], node);
        if (given is UnknownValue unknown)
        {
            scope.Await(node);
            return node.Plan(scope, PlanState.KnownAfter, PlanNodes.After([unknown.After]));
        }

        IReadOnlyList<Value> items = given switch
        {
            ListValue list => list.Items,
            MapValue map => [.. map.Entries.Select(entry => Value.Map(("key", Value.Of(entry.Key)), ("value", entry.Value)))],
            _ => throw new FailureException("foreach.notAList", FailureKind.Permanent, $"`foreach` must be a list, not {given}"),
        };
        var name = node.Inputs.GetValueOrDefault("as")?.ConstantValue?.AsString() ?? "item";
        var (children, outputs) = (new List<StepPlan>(), new List<(string, Value)>());
        foreach (var item in items.Take(MostItems))
        {
            var key = KeyOf(node, scope, name, item);
            var inner = scope.ForItem(node, key, name, item);
            children.AddRange(await FlowPlanner.PlanAsync(node.Bodies["body"], inner, cancellationToken).ConfigureAwait(false));
            outputs.Add((key, inner.OutputsOf(node.Id) ?? new UnknownValue(node.Id)));
        }

        if (items.Count > MostItems) scope.Await(node);
        else scope.Complete(node, Value.Map(("items", Value.Map(outputs))));
        return node.Container(scope, children, items.Count > MostItems
            ? string.Create(CultureInfo.InvariantCulture, $"the first {MostItems} of {items.Count} items")
            : string.Create(CultureInfo.InvariantCulture, $"{items.Count} items"));
    }

    private static string KeyOf(ActivityNode node, PlanScope scope, string name, Value item)
    {
        var key = node.Inputs.TryGetValue("key", out var expression) ? scope.ForItem(node, "", name, item).Evaluate(expression, node) : item.Get("key") ?? item;
        return key switch
        {
            StringValue text => text.Text,
            NumberValue number => number.ToText(),
            BoolValue flag => flag.Flag ? "true" : "false",
            UnknownValue unknown => $"known {PlanNodes.After([unknown.After])}",
            _ => throw new FailureException("foreach.noKey", FailureKind.Permanent, "an item is no text or number; say which of its fields is the `key`"),
        };
    }

    private static async Task<StepPlan> CallAsync(ActivityNode node, PlanScope scope, CancellationToken cancellationToken)
    {
        var called = node.Inputs["blueprint"].ConstantValue?.AsString() ?? "";
        var parts = called.Split('@');
        var version = parts.Length > 1 && int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out var major) ? major : 0;
        var definition = await scope.Run.Options.FindDefinition(parts[0], version, cancellationToken).ConfigureAwait(false);
        if (definition is null || scope.Run.Depth >= DeepestCall)
        {
            scope.Await(node);
            return node.Plan(scope, PlanState.WouldRun, definition is null ? $"runs {called}, which is not known here" : $"runs {called}; calls are followed {DeepestCall} deep");
        }

        var given = node.Inputs.TryGetValue("with", out var with) ? scope.Evaluate(with, node) : Value.EmptyMap;
        var inputs = given switch
        {
            MapValue map => map,
            UnknownValue => Value.Map(definition.Inputs.Fields.Select(field => (field.Name, given))),
            _ => throw new FailureException("input.invalid", FailureKind.Permanent, $"`with` must be a map, not {given}"),
        };
        if (!inputs.HasUnknown && RunInputs.Bind(definition, inputs, scope.Run.Options.Time.GetUtcNow(), () => "") is { Ok: false } rejected)
            throw new FailureException("call.inputRejected", FailureKind.Permanent, $"{called} refuses its inputs: {string.Join("; ", rejected.Diagnostics.Select(diagnostic => diagnostic.Message))}");

        var child = new PlannedRun(definition, inputs, scope.Run.Options, scope.Run.Secrets, scope.KeyOf(node) + "/", scope.Run.Depth + 1);
        await using (child.ConfigureAwait(false))
        {
            var children = await child.PlanAsync(cancellationToken).ConfigureAwait(false);
            scope.Await(node, child.Outputs().With("runId", new UnknownValue(node.Id)));
            return node.Container(scope, children, $"runs {definition.Name}@{definition.Version.ToString(CultureInfo.InvariantCulture)}");
        }
    }

    private static StepPlan Waits(ActivityNode node, PlanScope scope, string reason)
    {
        scope.Await(node);
        return node.Plan(scope, PlanState.WouldRun, scope.Run.Secrets.Mask(reason));
    }

    private static string WaitReason(ActivityNode node, PlanScope scope) =>
        Text(node, scope, "signal") is { } signal ? $"waits for signal {signal}"
        : Text(node, scope, "duration") is { } duration ? $"waits {duration}"
        : $"waits until {Text(node, scope, "until") ?? "a time"}";

    /// <summary>An input for people; null when it is absent.</summary>
    private static string? Text(ActivityNode node, PlanScope scope, string input) =>
        node.Inputs.TryGetValue(input, out var expression) && scope.Evaluate(expression, node) is { IsNull: false } value ? value.ToString() : null;
}
