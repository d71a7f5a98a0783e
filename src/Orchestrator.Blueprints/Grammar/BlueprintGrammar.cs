using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Grammar;

/// <summary>The top level of a blueprint, and the table of all constructs.</summary>
internal static class BlueprintGrammar
{
    public static readonly Construct Check = new("check", "A condition that must hold before a run exists.",
    [
        new("require", new BareShape(Schema.Bool), "Expression over `inputs` and `vars` that must be true.") { Required = true, Contexts = Contexts.Start },
        new("message", BasicShapes.Text, "What to tell the person when it is not.") { Required = true },
    ]);

    public static readonly Construct Concurrency = new("concurrency", "How many runs of one group may move at once.",
    [
        new("group", new ValueShape(Schema.String, "text"), "Name of the group; runs of any blueprint with the same name share it.") { Required = true, Contexts = Contexts.Start },
        new("limit", new NumberShape(1, 10_000), "How many runs move at once.") { Default = Value.Of(1) },
        new("onLimit", new ChoiceShape("queue", "reject", "cancelOldest"), "What the one too many does: waits, is refused, or replaces the oldest.") { Default = Value.Of("queue") },
    ]);

    public static readonly Construct Defaults = new("defaults", "What steps use that do not say it themselves. Maps are merged key by key.",
    [
        new("target", BasicShapes.Name, "Target of every step."),
        new("retry", StepGrammar.RetryShape, "How failed attempts are tried again. Does not reach steps of effect `once`."),
        new("timeout", StepGrammar.TimeoutShape, "Deadlines."),
        new("env", StepGrammar.Environment, "Environment of commands.") { Contexts = Contexts.Start | Contexts.Secrets | Contexts.Run | Contexts.Target, Secret = true },
    ]);

    public static readonly Construct Blueprint = new("blueprint", "One file, one blueprint.",
    [
        new("blueprint", new TextShape("^[a-z][a-z0-9-]*$", "a name: a lower-case letter, then lower-case letters, digits and `-`"), "Name of the blueprint; what `call` and the lists show.") { Required = true },
        new("version", new NumberShape(1, 1_000_000), "Major version: `call: name@2` selects it. Raise it when callers must change.") { Default = Value.Of(1) },
        new("dsl", new NumberShape(1, 1), "Version of the language.") { Default = Value.Of(1) },
        new("description", BasicShapes.Text, "What it is for."),
        new("labels", new MapShape(BasicShapes.Text), "Free labels to search runs by."),
        new("inputs", new MapShape(new ObjectShape(() => InputGrammar.Input), BasicShapes.Name), "What a run must be given."),
        new("checks", new ListShape(new ObjectShape(() => Check)), "Conditions over the inputs, run before a run exists."),
        new("secrets", new MapShape(new TextShape("^(store|env|file|vault):.+$", "a reference: `store:`, `env:`, `file:` or `vault:` and a name"), BasicShapes.Name), "Secrets by reference; others cannot be seen."),
        new("vars", new MapShape(new ValueShape(Schema.Any), BasicShapes.Name), "Values computed once from the inputs and the vars above.") { Contexts = Contexts.Start },
        new("targets", new MapShape(new ObjectShape(() => TargetGrammar.Target), BasicShapes.Name), "Where steps act; `local` is always there."),
        new("triggers", new MapShape(new ObjectShape(() => TriggerGrammar.Trigger), BasicShapes.Name), "What starts runs by itself."),
        new("concurrency", new ObjectShape(() => Concurrency), "How many runs may move at once; absent = any number."),
        new("timeout", new DurationShape(), "Deadline of a whole run.") { Default = Value.Of("7d") },
        new("onFailure", new ChoiceShape("stop", "pause", "rollback"), "When a step fails for good: end, wait for a person, or undo what this run did.") { Default = Value.Of("stop") },
        new("defaults", new ObjectShape(() => Defaults), "What steps use that do not say it themselves."),
        new("steps", StepGrammar.Steps, "The steps, run from top to bottom.") { Required = true },
        new("rescue", StepGrammar.Steps, "Run when a step failed for good, before `onFailure` takes effect; may use `error`. The run stays failed."),
        new("always", StepGrammar.Steps, "Run at the end of every run."),
        new("outputs", new MapShape(new ValueShape(Schema.Any), BasicShapes.Name), "What a completed run gives back.") { Contexts = Contexts.Start | Contexts.Steps | Contexts.Run },
        new("retain", new DurationShape(), "How long a finished run is kept.") { Default = Value.Of("30d") },
    ]);

    /// <summary>Every construct of the language, the blueprint first.</summary>
    public static IReadOnlyList<Construct> All { get; } =
    [
        Blueprint, InputGrammar.Input, Check, TargetGrammar.Target, TargetGrammar.Local, TargetGrammar.Ssh, TargetGrammar.Docker, TargetGrammar.Kubernetes,
        TriggerGrammar.Trigger, TriggerGrammar.Webhook, TriggerGrammar.Cron, TriggerGrammar.Drift, TriggerGrammar.Event, Concurrency, Defaults,
        StepGrammar.Step, StepGrammar.Undo, StepGrammar.Timeout, StepGrammar.Retry, StepGrammar.ForEach, StepGrammar.Wait, StepGrammar.Approve,
    ];
}
