using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Blueprints.Binding;

/// <summary>Builds the plan: declarations, steps, and every value as an expression. Silent about shapes (the shape check spoke), loud about activities and values.</summary>
internal sealed class Binder
{
    private readonly BlueprintPlan _plan;
    private readonly ActivityCatalog _catalog;
    private readonly ICollection<Diagnostic> _diagnostics;
    private readonly ValueReader _reader;

    private Binder(BlueprintPlan plan, ActivityCatalog catalog, ICollection<Diagnostic> diagnostics)
    {
        (_plan, _catalog, _diagnostics) = (plan, catalog, diagnostics);
        _reader = new ValueReader(diagnostics);
    }

    public static BlueprintPlan Bind(SourceText source, YamlMapping root, ActivityCatalog catalog, ICollection<Diagnostic> diagnostics)
    {
        var binder = new Binder(new BlueprintPlan(source, root), catalog, diagnostics);
        binder.Declarations();
        binder.Targets();
        var steps = new StepBinder(binder._plan, catalog, diagnostics, binder.Value);
        steps.Bind(root["steps"], null, "steps", binder._plan.Steps);
        steps.Bind(root["rescue"], null, "rescue", binder._plan.Rescue);
        steps.Bind(root["always"], null, "always", binder._plan.Always);
        foreach (var entry in Entries(root["outputs"]))
            binder._plan.Outputs.Add(binder.Value(entry.Name, entry.Value, Key("outputs"), Schema.Any));
        return binder._plan;
    }

    /// <summary>The entries of a node that should be a map.</summary>
    public static IEnumerable<YamlEntry> Entries(YamlNode? node) => (node as YamlMapping)?.Entries ?? [];

    private void Declarations()
    {
        foreach (var entry in Entries(_plan.Root["inputs"]).Where(entry => entry.Value is YamlMapping))
            if (InputReader.Read(entry, _diagnostics) is { } input) _plan.Inputs.Add(input);
        foreach (var entry in Entries(_plan.Root["secrets"])) _plan.Secrets.Add(new NamedNode(entry.Key, entry.Value));
        foreach (var entry in Entries(_plan.Root["vars"]))
            _plan.Vars.Add(Value(entry.Name, entry.Value, Key("vars"), Schema.Any, varsBefore: _plan.Vars.Count, name: entry.Key));
        foreach (var entry in Entries(_plan.Root["triggers"]))
        {
            var trigger = new TriggerDeclaration(entry.Key, entry.Value as YamlMapping ?? new YamlMapping(entry.Value.Span, []));
            _plan.Triggers.Add(trigger);
            trigger.If = OfTrigger(trigger, "if", Schema.Bool);
            trigger.Dedupe = OfTrigger(trigger, "dedupe", Schema.String);
            // Every input may be given; which must be is said where the trigger is checked.
            trigger.With = OfTrigger(trigger, "with", trigger.Node["with"] is YamlMapping
                ? Schema.MapOf(Schema.Any) with { Fields = [.. _plan.Inputs.Select(input => input.Field)] }
                : Schema.Any);
        }

        if (_plan.Root["checks"] is YamlSequence checks)
            foreach (var check in checks.Items.OfType<YamlMapping>())
                if (check["require"] is { } require)
                    _plan.Checks.Add((Value("require", require, BlueprintGrammar.Check.Find("require")!, Schema.Bool), check["message"] as YamlScalar));
        if ((_plan.Root["concurrency"] as YamlMapping)?["group"] is { } group)
            _plan.ConcurrencyGroup = Value("group", group, BlueprintGrammar.Concurrency.Find("group")!, Schema.String);
        _plan.Defaults = _plan.Root["defaults"] as YamlMapping;
        foreach (var entry in Entries(_plan.Defaults?["env"]))
            _plan.DefaultEnvironment.Add(Value(entry.Name, entry.Value, BlueprintGrammar.Defaults.Find("env")!, Schema.String with { Secret = true }));
    }

    private ValuePlan? OfTrigger(TriggerDeclaration trigger, string name, Schema type) => trigger.Node[name] is { } node && TriggerGrammar.Trigger.Find(name) is { } key
        ? Value(new ValuePlan { Name = name, Node = node, Contexts = key.Contexts, Trigger = trigger }, key, type)
        : null;

    private void Targets()
    {
        foreach (var entry in Entries(_plan.Root["targets"]))
        {
            var node = entry.Value as YamlMapping ?? new YamlMapping(entry.Value.Span, []);
            var kind = node.Entries.FirstOrDefault(candidate => TargetGrammar.Target.ExactlyOne.Contains(candidate.Name));
            if (kind is null)
            {
                _plan.Targets.Add(new TargetDeclaration(entry.Key, node, null, null, null));
                continue;
            }

            var construct = ((ObjectShape)TargetGrammar.Target.Find(kind.Name)!.Shape).Construct();
            var settings = kind.Value is YamlMapping ? Value(kind.Name, kind.Value, construct.Keys[0], SettingsOf(construct)) : null;
            var hosts = node["hosts"] is YamlMapping map ? Value("hosts", map, TargetGrammar.Target.Find("hosts")!, Schema.MapOf(OverridesOf(construct))) : null;
            _plan.Targets.Add(new TargetDeclaration(entry.Key, node, kind.Name, settings, hosts));
        }
    }

    // The shape check has looked at the keys of the settings and at their constants; only the types of values are left.
    private static Schema SettingsOf(Construct construct) => Schema.MapOf(Schema.Any) with
    {
        Fields = [.. construct.Keys.Where(key => key.Shape is ValueShape).Select(key => new SchemaField(key.Name, TypeOf(key), false, key.Description))],
    };

    // A host overrides what it likes: no key is required, but each must be one of the kind's.
    private static Schema OverridesOf(Construct construct) =>
        Schema.Object(construct.Keys.Select(key => new SchemaField(key.Name, TypeOf(key), false, key.Description)));

    /// <summary>What must stand behind a key, as a schema.</summary>
    public static Schema TypeOf(Key key)
    {
        var schema = key.Shape switch
        {
            ValueShape value => value.Type,
            BareShape bare => bare.Type,
            BoolShape => Schema.Bool,
            NumberShape => Schema.Number,
            DurationShape => Schema.Duration,
            ChoiceShape choice => Schema.String with { Enum = [.. choice.Words.Select(word => Model.Values.Value.Of(word))] },
            _ => Schema.String,
        };
        return key.Secret ? schema with { Secret = true } : schema;
    }

    private static Key Key(string name) => BlueprintGrammar.Blueprint.Find(name)!;

    private ValuePlan Value(string what, YamlNode node, Key key, Schema type, int varsBefore = int.MaxValue, YamlScalar? name = null) =>
        Value(new ValuePlan { Name = what, Node = node, Key = name, Contexts = key.Contexts, VarsBefore = varsBefore }, key, type);

    private ValuePlan Value(ValuePlan plan, Key key, Schema type)
    {
        if (key.Shape is BareShape) _reader.ReadBare(plan, type);
        else _reader.Read(plan, type);
        _plan.Values.Add(plan);
        return plan;
    }
}
