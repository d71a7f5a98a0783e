using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Blueprints.Checks;

/// <summary>What an expression may name, by the place where it stands.</summary>
internal sealed class Scopes
{
    private static readonly Schema RunContext = Object(("id", Schema.String), ("startedAt", Schema.String with { Format = "instant" }), ("attempt", Schema.Int));

    private static readonly Schema ErrorContext = Object(
        ("type", Schema.String), ("code", Schema.String), ("message", Schema.String), ("step", Schema.String), ("retryable", Schema.Bool), ("details", Schema.Any));

    private static readonly Schema StepContext = Object(("key", Schema.String));

    private readonly BlueprintPlan _plan;
    private readonly StepTypes _types;
    private readonly Schema _inputs;
    private readonly Schema _secrets;
    private readonly List<SchemaField> _vars = [];
    private readonly HashSet<string> _needInputs = new(StringComparer.Ordinal);
    private readonly Dictionary<string, SourceSpan> _declarations = [];

    public Scopes(BlueprintPlan plan)
    {
        _plan = plan;
        _types = new StepTypes(this);
        _inputs = Schema.Object(plan.Inputs.Select(input => input.Field));
        _secrets = Schema.Object(plan.Secrets.Select(secret => Field(secret.Name, Schema.String with { Secret = true })));
        foreach (var input in plan.Inputs) _declarations.TryAdd("inputs." + input.Name, input.Key.Span);
        foreach (var secret in plan.Secrets) _declarations.TryAdd("secrets." + secret.Name, secret.Key.Span);
        foreach (var variable in plan.Vars) _declarations.TryAdd("vars." + variable.Name, variable.Key!.Span);
        foreach (var variable in plan.Vars.Where(variable => variable.Expression?.References().Any(path => path[0] == "inputs" || (path[0] == "vars" && (path.Count == 1 || _needInputs.Contains(path[1])))) == true))
            _needInputs.Add(variable.Name);
        foreach (var variable in plan.Vars) _vars.Add(Field(variable.Name, TypeOf(variable)));
    }

    /// <summary>The scope of one expression of a value.</summary>
    public CheckScope Of(ValuePlan value, Expression expression)
    {
        var allowed = value.Contexts;
        var roots = new Dictionary<string, Schema?>
        {
            ["inputs"] = allowed.HasFlag(Contexts.Inputs) ? _inputs : null,
            ["vars"] = allowed.HasFlag(Contexts.Vars) ? Schema.Object(value.Trigger is null ? _vars.Take(value.VarsBefore) : _vars.Where(variable => !_needInputs.Contains(variable.Name))) : null,
            ["secrets"] = allowed.HasFlag(Contexts.Secrets) ? _secrets : null,
            ["steps"] = allowed.HasFlag(Contexts.Steps) ? Steps(value, expression) : null,
            ["item"] = null,
            ["target"] = allowed.HasFlag(Contexts.Target) ? Schema.Any : null,
            ["run"] = allowed.HasFlag(Contexts.Run) ? RunContext : null,
            ["event"] = value.Trigger is { } trigger ? EventTypes.Of(trigger.Kind) : null,
            ["result"] = allowed.HasFlag(Contexts.Result) && value.Step is { } own ? StepTypes.Result(own) : null,
            ["error"] = allowed.HasFlag(Contexts.Error) && value.Step?.Ancestors().Any(step => step.Role == "rescue") == true ? ErrorContext : null,
            ["step"] = allowed.HasFlag(Contexts.Step) && value.Step is not null ? StepContext : null,
        };
        foreach (var loop in (value.Step?.Ancestors() ?? []).Where(step => step.IsForEach && (step != value.Step || value.SeesItem)).Reverse())
            roots[loop.ItemName] = _types.Item(loop);
        return new CheckScope
        {
            Roots = roots, Declarations = _declarations,
            Hint = value.Trigger is null ? null : path => path.StartsWith("vars.", StringComparison.Ordinal) && _needInputs.Contains(path[5..]) ? "It is computed from `inputs`, which are not known before the trigger has given them." : null,
        };
    }

    /// <summary>What a value gives; mistakes in it are reported elsewhere.</summary>
    public Schema TypeOf(ValuePlan value) =>
        value.Expression is { } expression ? ExpressionChecker.Check(expression, Of(value, expression), new List<Diagnostic>()) : Schema.Any;

    // Steps that are missing here were reported with the reason: they count as anything.
    private Schema Steps(ValuePlan value, Expression expression)
    {
        var named = expression.References().Where(path => path[0] == "steps").ToArray();
        if (named.Length == 0) return Schema.Any;
        if (named.Any(path => path.Count == 1)) return Schema.Object(Visibility.To(value, _plan).Where(step => step.Id.Length > 0).DistinctBy(step => step.Id).Select(step => Field(step.Id, _types.Of(step))));
        var ids = named.Select(path => path[1]).Distinct().ToArray();
        return Schema.Object(ids.Select(id => Field(id, _plan.StepsNamed(id).FirstOrDefault(step => Visibility.Sees(value, step, _plan)) is { } step ? _types.Of(step) : Schema.Any)));
    }

    public static Schema Object(params (string Name, Schema Schema)[] fields) => Schema.Object(fields.Select(field => Field(field.Name, field.Schema)));

    public static SchemaField Field(string name, Schema schema) => new(name, schema, true, name);
}
