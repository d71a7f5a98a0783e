using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Blueprints.Binding;

/// <summary>Binds lists of steps: finds their activities and reads their values by the activities' schemas.</summary>
internal sealed class StepBinder(
    BlueprintPlan plan, ActivityCatalog catalog, ICollection<Diagnostic> diagnostics, Func<ValuePlan, Key, Schema, ValuePlan> value)
{
    private static readonly Schema SecretText = Schema.String with { Secret = true };
    private readonly ValueReader _fields = new(diagnostics);

    public void Bind(YamlNode? node, StepPlan? parent, string role, List<StepPlan> siblings)
    {
        if (node is not YamlSequence list) return;
        foreach (var item in list.Items.OfType<YamlMapping>())
        {
            var step = new StepPlan { Node = item, Id = (item["id"] as YamlScalar)?.Text ?? "", Parent = parent, Siblings = siblings, Index = siblings.Count, Role = role };
            siblings.Add(step);
            plan.AllSteps.Add(step);
            BindStep(step);
        }
    }

    private void BindStep(StepPlan step)
    {
        var node = step.Node;
        step.Verb = node.Entries.FirstOrDefault(entry => StepGrammar.Step.ExactlyOne.Contains(entry.Name))?.Name;
        Part(step, StepGrammar.Step, node, "if", seesItem: false);
        BindForEach(step);
        BindLeaf(step, node, StepGrammar.Step, inUndo: false, owner: step);
        Part(step, StepGrammar.Step, node, "until");
        foreach (var entry in Binder.Entries(node["outputs"]))
            step.Outputs.Add(Add(new ValuePlan { Name = entry.Name, Node = entry.Value, Key = entry.Key, Contexts = StepGrammar.Step.Find("outputs")!.Contexts, Step = step }, Schema.Any));
        foreach (var (name, construct) in new[] { ("wait", StepGrammar.Wait), ("approve", StepGrammar.Approve) })
        {
            if (node[name] is YamlMapping map)
                foreach (var key in construct.Keys.Where(key => key.Shape is ValueShape)) Part(step, construct, map, key.Name, name + ".");
            else if (name == "wait" && node[name] is { } duration && duration is not YamlScalar { IsNull: true })
                step.Values["wait.duration"] = Add(new ValuePlan { Name = "wait", Node = duration, Contexts = Contexts.InStep, Step = step }, Schema.Duration);
        }

        Bind(node["steps"], step, "steps", step.Steps);
        Bind(node["parallel"], step, "parallel", step.Steps);
        Bind(node["rescue"], step, "rescue", step.Rescue);
        Bind(node["always"], step, "always", step.Always);
        BindUndo(step);
    }

    private void BindForEach(StepPlan step)
    {
        switch (step.Node["foreach"])
        {
            case YamlMapping map:
                Part(step, StepGrammar.ForEach, map, "in", "foreach.", seesItem: false);
                Part(step, StepGrammar.ForEach, map, "limit", "foreach.", seesItem: false);
                Part(step, StepGrammar.ForEach, map, "key", "foreach.");
                foreach (var entry in Binder.Entries(map["matrix"]))
                    step.Values["foreach.matrix." + entry.Name] = Add(
                        new ValuePlan { Name = entry.Name, Node = entry.Value, Contexts = Contexts.InStep, Step = step, SeesItem = false }, Schema.ListOf(Schema.Any));
                break;
            case { } list when list is not YamlScalar { IsNull: true }:
                step.Values["foreach.in"] = Add(new ValuePlan { Name = "foreach", Node = list, Contexts = Contexts.InStep, Step = step, SeesItem = false }, Schema.ListOf(Schema.Any));
                break;
        }
    }

    private void BindUndo(StepPlan step)
    {
        if (step.Node["undo"] is not YamlMapping node) return;
        var verb = node.Entries.FirstOrDefault(entry => StepGrammar.Undo.ExactlyOne.Contains(entry.Name))?.Name;
        step.Undo = new StepPlan { Node = node, Id = step.Id + "-undo", Parent = step.Parent, Siblings = step.Siblings, Role = step.Role, Verb = verb };
        BindLeaf(step.Undo, node, StepGrammar.Undo, inUndo: true, owner: step);
    }

    private void BindLeaf(StepPlan leaf, YamlMapping node, Construct construct, bool inUndo, StepPlan owner)
    {
        foreach (var entry in Binder.Entries(node["env"]))
            leaf.Environment.Add(Add(new ValuePlan { Name = entry.Name, Node = entry.Value, Key = entry.Key, Contexts = Contexts.InStep, Step = owner, InUndo = inUndo }, SecretText));
        foreach (var name in new[] { "stdin", "cwd" })
        {
            if (node[name] is not { } part || construct.Find(name) is not { } key) continue;
            leaf.Values[name] = Add(new ValuePlan { Name = name, Node = part, Contexts = key.Contexts, Step = owner, InUndo = inUndo }, Binder.TypeOf(key));
        }

        if (leaf.Verb == "run") leaf.Activity = catalog.Find("run");
        if (leaf.Verb == "uses" && node["uses"] is YamlScalar { IsNull: false } uses) leaf.Activity = FindActivity(uses);
        if (leaf.Verb == "uses" && leaf.Activity is { } activity) BindInputs(leaf, node, activity, owner, inUndo);
        if (leaf.Verb == "call" && node["with"] is { } with)
            leaf.Values["with"] = Add(new ValuePlan { Name = "with", Node = with, Contexts = Contexts.InStep, Step = owner, InUndo = inUndo }, Schema.Any with { Secret = true });
        // Without an activity its inputs cannot be checked, but what their expressions name can.
        if (leaf.Verb == "uses" && leaf.Activity is null && node["with"] is YamlMapping unknown)
            Add(new ValuePlan { Name = "with", Node = unknown, Contexts = Contexts.InStep, Step = owner, InUndo = inUndo }, Schema.Any with { Secret = true });
    }

    private void BindInputs(StepPlan leaf, YamlMapping node, ActivityDescriptor activity, StepPlan owner, bool inUndo)
    {
        var with = node["with"];
        if (with is not null and not YamlMapping)
        {
            diagnostics.Add(ShapeDiagnostics.WrongKind(with.Span, $"a map with the inputs of `{activity.Name}`", with.Describe()));
            return;
        }

        var map = with as YamlMapping ?? new YamlMapping(node["uses"]!.Span, []);
        _fields.CheckFields(map, activity.Input, node.Find("with")?.Key.Span ?? map.Span, $"`{activity.Name}`", "input");
        foreach (var entry in map.Entries)
        {
            if (activity.Input.Field(entry.Name) is not { } field)
            {
                Add(new ValuePlan { Name = entry.Name, Node = entry.Value, Contexts = Contexts.InStep, Step = owner, InUndo = inUndo }, Schema.Any with { Secret = true });
                continue;
            }

            leaf.With.Add(Add(new ValuePlan { Name = entry.Name, Node = entry.Value, Key = entry.Key, Contexts = Contexts.InStep, Step = owner, InUndo = inUndo, Optional = !field.Required }, field.Schema));
            // A text of many lines (a file's content, standard input) may be secret and mostly is not.
            if (field.Schema is { Secret: true, Kind: SchemaKind.String, Format: not "multiline" } && entry.Value is YamlScalar { IsNull: false } text && !text.Text.Contains("${{", StringComparison.Ordinal))
                diagnostics.Add(SecretDiagnostics.PlainText(text.Span, entry.Name));
        }
    }

    private ActivityDescriptor? FindActivity(YamlScalar uses)
    {
        var parts = uses.Text.Split('@');
        if (catalog.Find(parts[0]) is not { } latest)
        {
            diagnostics.Add(NameDiagnostics.UnknownActivity(uses.SpanOf(0, parts[0].Length), parts[0], [.. catalog.All.Select(candidate => candidate.Name).Distinct()]));
            return null;
        }

        if (parts.Length < 2 || !int.TryParse(parts[1], out var version)) return latest;
        var exact = catalog.Find(parts[0], version);
        if (exact is null) diagnostics.Add(NameDiagnostics.UnknownVersion(uses.Span, parts[0], version, [.. catalog.All.Where(candidate => candidate.Name == parts[0]).Select(candidate => candidate.Version)]));
        return exact ?? latest;
    }

    private void Part(StepPlan step, Construct construct, YamlMapping node, string name, string prefix = "", bool seesItem = true)
    {
        if (node[name] is not { } part || construct.Find(name) is not { } key) return;
        var bound = new ValuePlan { Name = name, Node = part, Contexts = key.Contexts, Step = step, SeesItem = seesItem };
        step.Values[prefix + name] = value(bound, key, Binder.TypeOf(key));
    }

    private ValuePlan Add(ValuePlan bound, Schema type) => value(bound, StepGrammar.Step.Find("with")!, type);
}
