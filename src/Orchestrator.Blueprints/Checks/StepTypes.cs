using Orchestrator.Blueprints.Binding;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Blueprints.Checks;

/// <summary>What steps leave behind: the types behind <c>steps.&lt;id&gt;</c>, <c>result</c> and <c>item</c>.</summary>
internal sealed class StepTypes(Scopes scopes)
{
    private readonly Dictionary<StepPlan, Schema> _steps = [];
    private readonly Dictionary<StepPlan, Schema> _items = [];

    /// <summary>The step as others see it.</summary>
    public Schema Of(StepPlan step)
    {
        if (_steps.TryGetValue(step, out var known)) return known;
        _steps[step] = Schema.Any; // a step that needs itself was reported
        var outputs = step.Outputs.Count > 0 ? Schema.Object(step.Outputs.Select(output => Scopes.Field(output.Name, scopes.TypeOf(output)))) : Result(step);
        if (step.IsForEach) outputs = Scopes.Object(("items", Schema.MapOf(outputs)));
        return _steps[step] = Scopes.Object(("outputs", outputs), ("status", Schema.String), ("error", Schema.Any), ("attempts", Schema.Int));
    }

    /// <summary>The result of one attempt.</summary>
    public static Schema Result(StepPlan step) => step.Verb switch
    {
        "uses" or "run" => step.Activity?.Output ?? Schema.Any,
        "wait" => Scopes.Object(("payload", Schema.Any)),
        "approve" => Scopes.Object(("approved", Schema.Bool), ("by", Schema.String), ("comment", Schema.String)),
        "steps" or "parallel" => Schema.Object(),
        _ => Schema.Any,
    };

    /// <summary>An item of a step's <c>foreach</c>.</summary>
    public Schema Item(StepPlan step)
    {
        if (_items.TryGetValue(step, out var known)) return known;
        _items[step] = Schema.Any;
        var axes = step.Values.Where(part => part.Key.StartsWith("foreach.matrix.", StringComparison.Ordinal)).Select(part => Scopes.Field(part.Value.Name, ItemOf(part.Value))).ToArray();
        return _items[step] = axes.Length > 0 ? Schema.Object(axes) : step.Values.TryGetValue("foreach.in", out var list) ? ItemOf(list) : Schema.Any;
    }

    private Schema ItemOf(ValuePlan list) => scopes.TypeOf(list) is { Kind: SchemaKind.List } type ? type.Item ?? Schema.Any : Schema.Any;
}
