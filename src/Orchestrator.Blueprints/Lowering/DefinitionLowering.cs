using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Lowering;

/// <summary>Translates a plan without errors into a definition. Deterministic: the same text gives the same definition.</summary>
internal static class DefinitionLowering
{
    public static Definition Lower(BlueprintPlan plan, string file)
    {
        var root = plan.Root;
        var steps = new StepLowering(plan);
        var definition = new Definition
        {
            Name = Text(root["blueprint"])!,
            Version = (int)(Number(root["version"]) ?? 1),
            Description = Text(root["description"]) ?? "",
            // No folder: it only exists on one machine, and the same text must give the same bytes on all.
            Source = new BlueprintSource(Path.GetFileName(file), plan.Source.Text),
            Labels = Binder.Entries(root["labels"]).ToDictionary(entry => entry.Name, entry => Text(entry.Value) ?? ""),
            Inputs = Schema.Object(plan.Inputs.Select(input => input.Field)),
            InputSpans = plan.Inputs.ToDictionary(input => input.Name, input => input.Key.Span),
            Checks = [.. plan.Checks.Select(check => new InputCheck(check.Require.Expression!, check.Message!.Text, check.Require.Node.Span))],
            Vars = Named(plan.Vars),
            Secrets = plan.Secrets.ToDictionary(secret => secret.Name, secret => Text(secret.Value)!),
            Targets = plan.Targets.ToDictionary(target => target.Name, Target),
            Triggers = [.. plan.Triggers.Select(Trigger)],
            Concurrency = Concurrency(plan),
            Timeout = Duration(root["timeout"]) ?? Default(BlueprintGrammar.Blueprint, "timeout"),
            OnFailure = Enum.Parse<OnFailure>(Text(root["onFailure"]) ?? "stop", ignoreCase: true),
            Retain = Duration(root["retain"]) ?? Default(BlueprintGrammar.Blueprint, "retain"),
            Root = FlowLowering.Sequence("steps-root", plan.Steps, steps),
            Rescue = plan.Rescue.Count > 0 ? FlowLowering.Sequence("rescue-root", plan.Rescue, steps) : null,
            Always = plan.Always.Count > 0 ? FlowLowering.Sequence("always-root", plan.Always, steps) : null,
            Outputs = Named(plan.Outputs),
        };
        return definition with { Hash = DefinitionJson.ContentHash(definition) };
    }

    public static IReadOnlyList<NamedExpression> Named(IEnumerable<ValuePlan> values) =>
        [.. values.Select(value => new NamedExpression(value.Name, value.Expression!))];

    /// <summary>The text of a scalar that is not null; else null.</summary>
    public static string? Text(YamlNode? node) => node is YamlScalar { IsNull: false } scalar ? scalar.Text : null;

    public static double? Number(YamlNode? node) => node is YamlScalar { Value: NumberValue number } ? number.Number : null;

    public static bool? Flag(YamlNode? node) => node is YamlScalar { Value: BoolValue flag } ? flag.Flag : null;

    public static TimeSpan? Duration(YamlNode? node) => Durations.TryParse(Text(node), out var duration) ? duration : null;

    /// <summary>The default of a key that is a duration.</summary>
    public static TimeSpan Default(Construct construct, string key) =>
        Durations.TryParse(construct.Find(key)?.Default?.AsString(), out var duration) ? duration : throw new InvalidOperationException($"{construct.Name}.{key} has no default duration");

    /// <summary>A node as it is written, expressions as their text.</summary>
    public static Value Constant(YamlNode node) => node switch
    {
        YamlScalar scalar => scalar.Value,
        YamlSequence sequence => Value.List(sequence.Items.Select(Constant)),
        YamlMapping mapping => Value.Map(mapping.Entries.Select(entry => (entry.Name, Constant(entry.Value)))),
        _ => Value.Null,
    };

    private static TargetPlan Target(TargetDeclaration target) => new(
        target.Kind!,
        target.Settings?.Expression ?? Expression.Constant(Value.EmptyMap),
        target.Hosts?.Expression,
        (int)(Number(target.Node["maxParallel"]) ?? 20));

    private static TriggerPlan Trigger(TriggerDeclaration trigger) => new(
        trigger.Name, trigger.Kind!, trigger.Node[trigger.Kind!] is YamlMapping settings ? (MapValue)Constant(settings) : Value.EmptyMap,
        Flag(trigger.Node["enabled"]) ?? true, trigger.If?.Expression, trigger.Dedupe?.Expression, trigger.With?.Expression);

    private static ConcurrencyPlan? Concurrency(BlueprintPlan plan)
    {
        if (plan.ConcurrencyGroup?.Expression is not { } group) return null;
        var node = (YamlMapping)plan.Root["concurrency"]!;
        return new ConcurrencyPlan(group, (int)(Number(node["limit"]) ?? 1), Enum.Parse<OnLimit>(Text(node["onLimit"]) ?? "queue", ignoreCase: true));
    }
}
