using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;
using static Orchestrator.Blueprints.Lowering.DefinitionLowering;

namespace Orchestrator.Blueprints.Lowering;

/// <summary>One step as an activity: a leaf or a container, wrapped into a ForEach when it runs once for each item or host.</summary>
internal sealed class StepLowering(BlueprintPlan plan)
{
    private readonly PolicyLowering _policies = new(plan);

    public ActivityNode Lower(StepPlan step)
    {
        var node = Inner(step);
        if (GroupOf(step) is { } group) node = OverHosts(step, group, node);
        return step.IsForEach ? OverItems(step, node) : node;
    }

    private ActivityNode Inner(StepPlan step) => Typed(step) with
    {
        Id = step.Id,
        Name = Text(step.Node["name"]) ?? step.Id,
        Span = step.Place,
        Policy = _policies.Of(step, Undo(step)),
    };

    private ActivityNode? Undo(StepPlan step) => step.Undo is not { } undo
        ? null
        : Typed(undo) with { Id = undo.Id, Name = undo.Id, Span = step.Node.Find("undo")!.Key.Span, Policy = _policies.Of(undo, null, step) };

    private ActivityNode Typed(StepPlan step) => step.Verb switch
    {
        "uses" => Node(step, step.Activity!.Name, [.. step.With.Select(input => (input.Name, input.Expression))], step.Activity.Version),
        "run" => Node(step, "run", Run(step), step.Activity?.Version ?? 1),
        "call" => Node(step, ActivityTypes.Call,
        [
            ("blueprint", Constant(Text(step.Node["call"])! is var name && name.Contains('@', StringComparison.Ordinal) ? name : name + "@1")),
            ("with", step.Values.GetValueOrDefault("with")?.Expression ?? Expression.Constant(Value.EmptyMap)),
            ("detached", Expression.Constant(Value.Of(Flag(step.Node["detached"]) ?? false))),
        ]),
        "wait" => Node(step, ActivityTypes.Wait, Parts(step, "wait.")),
        "approve" => Node(step, ActivityTypes.Approve, Approve(step)),
        "parallel" => Node(step, ActivityTypes.Parallel, [("failFast", Expression.Constant(Value.Of(Flag(step.Node["failFast"]) ?? true)))]) with
        {
            Bodies = new Dictionary<string, ActivityNode> { ["body"] = FlowLowering.Parallel(step, this) },
        },
        "steps" => Node(step, ActivityTypes.Block, []) with { Bodies = BlockBodies(step) },
        _ => throw new InvalidOperationException($"step {step.Id} has no verb"),
    };

    private Dictionary<string, ActivityNode> BlockBodies(StepPlan step)
    {
        var bodies = new Dictionary<string, ActivityNode> { ["body"] = FlowLowering.Sequence(step.Id + "-body", step.Steps, this) };
        if (step.Rescue.Count > 0) bodies["rescue"] = FlowLowering.Sequence(step.Id + "-rescue", step.Rescue, this);
        if (step.Always.Count > 0) bodies["always"] = FlowLowering.Sequence(step.Id + "-always", step.Always, this);
        return bodies;
    }

    private static (string, Expression?)[] Run(StepPlan step) =>
    [
        ("script", Constant(Text(step.Node["run"])!)),
        ("shell", Constant(Text(step.Node["shell"]) ?? "bash")),
        ("stdin", step.Values.GetValueOrDefault("stdin")?.Expression),
        ("cwd", step.Values.GetValueOrDefault("cwd")?.Expression),
        ("check", Text(step.Node["check"]) is { } check ? Constant(check) : null),
    ];

    private static (string, Expression?)[] Approve(StepPlan step)
    {
        var node = (YamlMapping)step.Node["approve"]!;
        return
        [
            .. Parts(step, "approve."),
            ("by", node["by"] is { } roles ? Expression.Constant(DefinitionLowering.Constant(roles)) : null),
            ("onTimeout", Constant(Text(node["onTimeout"]) ?? "fail")),
        ];
    }

    private static (string, Expression?)[] Parts(StepPlan step, string prefix) =>
        [.. step.Values.Where(part => part.Key.StartsWith(prefix, StringComparison.Ordinal)).Select(part => (part.Key[prefix.Length..], part.Value.Expression))];

    private static ActivityNode OverItems(StepPlan step, ActivityNode node)
    {
        var map = step.Node["foreach"] as YamlMapping;
        var matrix = Matrix.Of(step);
        return ForEach(step, node, "-each",
        [
            ("in", matrix?.Items ?? step.Values["foreach.in"].Expression),
            ("as", Constant(step.ItemName)),
            ("key", step.Values.GetValueOrDefault("foreach.key")?.Expression ?? matrix?.Key),
            ("limit", step.Values.GetValueOrDefault("foreach.limit")?.Expression ?? Expression.Constant(Value.Of(8))),
            ("failFast", Expression.Constant(Value.Of(Flag(map?["failFast"]) ?? true))),
        ]);
    }

    // A step on a group of hosts: once for each, keyed by the host's name, which its body sees as `target`.
    private static ActivityNode OverHosts(StepPlan step, TargetDeclaration group, ActivityNode node) => ForEach(step, node, "-hosts",
    [
        ("in", Expression.Constant(Value.List(Binder.Entries(group.Node["hosts"]).Select(host => Value.Of(host.Name))))),
        ("as", Constant("target")),
        ("limit", Expression.Constant(Value.Of(Number(group.Node["maxParallel"]) ?? 20))),
        ("failFast", Expression.Constant(Value.Of(true))),
    ]);

    private static ActivityNode ForEach(StepPlan step, ActivityNode node, string suffix, (string, Expression?)[] inputs) => Node(step, ActivityTypes.ForEach, inputs) with
    {
        Id = node.Id,
        Name = node.Name,
        Bodies = new Dictionary<string, ActivityNode> { ["body"] = FlowLowering.Flowchart(node.Id + suffix, [node], [], node.Id) },
    };

    // A block on a group runs as a whole for each host; the steps in it then act on that host.
    private TargetDeclaration? GroupOf(StepPlan step)
    {
        var group = plan.Target(step.Verb is "steps" or "parallel" ? Text(step.Node["target"]) : _policies.TargetOf(step));
        var inherited = step.Parent?.Ancestors().Any(outer => Text(outer.Node["target"]) == group?.Name) ?? false;
        return group is { IsGroup: true } && !inherited ? group : null;
    }

    private static ActivityNode Node(StepPlan step, string type, (string Name, Expression? Expression)[] inputs, int version = 1) => new()
    {
        Id = step.Id,
        Type = type,
        Version = version,
        Span = step.Place,
        Inputs = inputs.Where(input => input.Expression is not null).ToDictionary(input => input.Name, input => input.Expression!),
    };

    private static Expression Constant(string text) => Expression.Constant(Value.Of(text));
}
