using Orchestrator.Engine.Deciding;
using Orchestrator.Engine.Folding;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Steps;

/// <summary>An activity of the catalog: its inputs are those that the activity declares, and a step does it. A type that nobody knows has no effect, as on an Elsa server.</summary>
internal sealed class CatalogRule : Rule
{
    public override bool OwnsScript(string name) => true;

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var step = interpreter.Run.Graph.StepOf(activity.Node, false, activity.Node.StepId);
        if (step.Descriptor is not { } descriptor)
        {
            interpreter.Decider.Decision.Lines.Add((activity.Node.StepId, $"there is no activity `{activity.Node.Type}@{activity.Node.Version}` here: it was passed over without effect"));
            interpreter.Complete(activity);
            return;
        }

        var values = new List<(string, Value)>();
        var place = new List<(string, Value)>();
        foreach (var (property, input) in activity.Node.Inputs)
        {
            if (ElsaPolicy.Has(property))
            {
                if (property is not (ElsaPolicy.Target or ElsaPolicy.Environment)) continue; // the step's policy has them
                if (ActivityInputs.Evaluate(interpreter, activity, property, property, input, "Object") is not { } said) return;
                if (!said.IsNull && said is not StringValue { Text: "" }) place.Add(PlaceOf(interpreter, property, said));
                continue;
            }

            var name = DefinitionJson.InputName(property);
            var schema = descriptor.Input.Field(name)?.Schema;
            if (ActivityInputs.Evaluate(interpreter, activity, property, name, input, "Object") is not { } value) return;
            if (!value.IsNull && Typed(value, schema) is { } given) values.Add((name, GivenSecrets.Marked(given, schema, null)));
        }

        if (place.Count > 0) values.Add((ElsaSteps.Place, Value.Map(place)));
        interpreter.Act(activity, Value.Map(values));
    }

    private static (string, Value) PlaceOf(Interpreter interpreter, string property, Value said)
    {
        if (property == ElsaPolicy.Environment)
            return ("environment", (said is StringValue text ? PlainJson.TryParse(text.Text) : said) as MapValue ?? throw new FailureException("elsa.input", FailureKind.Permanent, "the environment of a step must be names and texts"));
        var target = TargetText.Read(said, name => new Secret($"store:{name}", () => interpreter.Run.Resolve($"store:{name}")));
        return ("target", target is null ? Value.Null : Value.Map(("name", Value.Of(target.Name)), ("kind", Value.Of(target.Kind)), ("settings", target.Settings)));
    }

    public override void StepDone(Interpreter interpreter, ActivityState activity, StepState step, Value output) =>
        interpreter.Complete(activity, null, output is MapValue map ? map : Value.Map(("result", output)));

    // Studio writes literals as text, and a field left empty as empty text.
    private static Value? Typed(Value value, Schema? schema)
    {
        if (value is not StringValue text || schema is null || schema.Kind == SchemaKind.String) return value is StringValue { Text: "" } && schema?.Secret != true ? null : value;
        if (text.Text.Length == 0) return null;
        return schema.Kind switch
        {
            SchemaKind.Bool => Value.Of(ElsaTypes.ToFlag(value)),
            SchemaKind.Int or SchemaKind.Number => ElsaTypes.Convert(value, "Double"),
            SchemaKind.List or SchemaKind.Map or SchemaKind.Object or SchemaKind.Any => PlainJson.TryParse(text.Text) ?? (schema.Kind == SchemaKind.List ? Value.List([value]) : value),
            _ => value,
        };
    }
}
