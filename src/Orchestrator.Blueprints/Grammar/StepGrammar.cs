using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Grammar;

/// <summary>Steps and what belongs to them.</summary>
internal static class StepGrammar
{
    private static readonly ValueShape Text = new(Schema.String, "text");
    private static readonly TextShape Script = new(null, "constant text");
    private static readonly TextShape Activity = new("^[a-z][a-zA-Z0-9]*(\\.[a-z][a-zA-Z0-9-]*)*(@[1-9][0-9]{0,5})?$", "an activity: `noun.verb` or `noun.verb@major`");
    private static readonly TextShape Blueprint = new("^[a-z][a-z0-9-]*(@[1-9][0-9]{0,5})?$", "a blueprint: `name@major`");
    private static readonly ChoiceShape Effects = new("read", "idempotent", "keyed", "reattach", "once");

    public static readonly MapShape Environment = new(Text, new TextShape("^[A-Za-z_][A-Za-z0-9_]*$", "the name of an environment variable"));

    public static readonly ListShape Steps = new(new ObjectShape(static () => Step!), NotEmpty: true);

    public static readonly Construct Timeout = new("timeout", "The deadlines of a step.",
    [
        new("attempt", new DurationShape(), "The longest one attempt may take.") { Default = Value.Of("5m") },
        new("total", new DurationShape(), "The longest all attempts, polls and pauses may take; default: none, for steps that poll 15m."),
        new("queue", new DurationShape(), "The longest it may wait for its turn.") { Default = Value.Of("1h") },
        new("heartbeat", new DurationShape(), "The longest an attempt may go without a sign of life; default: none."),
    ]);

    public static readonly EitherShape TimeoutShape = new(new DurationShape(), new ObjectShape(() => Timeout));

    public static readonly Construct Retry = new("retry", "How a failed attempt is tried again.",
    [
        new("max", new NumberShape(0, 1_000_000), "How many times after the first attempt.") { Default = Value.Of(3) },
        new("delay", new DurationShape(), "The first pause.") { Default = Value.Of("2s") },
        new("backoff", new ChoiceShape("constant", "linear", "exponential"), "How the pause grows.") { Default = Value.Of("exponential") },
        new("factor", new NumberShape(1, 100, Whole: false), "By what an exponential pause grows.") { Default = Value.Of(2) },
        new("maxDelay", new DurationShape(), "The longest pause.") { Default = Value.Of("5m") },
        new("jitter", new ChoiceShape("none", "full"), "`full`: the pause is drawn evenly between zero and the computed one.") { Default = Value.Of("full") },
        new("for", new DurationShape(), "No new attempt after this long since the first; default: no such limit."),
        new("on", new ListShape(new TextShape("^[a-z][A-Za-z0-9]*(\\.[A-Za-z0-9]+)*$", "a failure kind or code")), "Failure kinds or codes that are tried again.") { Default = Value.List(Value.Of("transient"), Value.Of("timeout")) },
    ]);

    public static readonly EitherShape RetryShape = new(new ChoiceShape("never"), new NumberShape(0, 1_000_000), new ObjectShape(() => Retry));

    public static readonly Construct ForEach = new("foreach", "Runs the step once for each item.",
    [
        new("in", new ValueShape(Schema.ListOf(Schema.Any), "a list"), "The items. This or `matrix` is required.") { Contexts = Contexts.InStep },
        new("matrix", new MapShape(new ValueShape(Schema.ListOf(Schema.Any), "a list"), BasicShapes.Name), "Every combination of these lists; the item is a map.") { Contexts = Contexts.InStep },
        new("as", BasicShapes.Name, "Name of the item in expressions.") { Default = Value.Of("item") },
        new("key", new BareShape(Schema.String), "Expression over the item that names it in the journal; default: the item itself when it is plain text or a number, else required.") { Contexts = Contexts.InStep },
        new("limit", new ValueShape(Schema.Int with { Min = 1 }, "a whole number of at least 1"), "How many at once.") { Default = Value.Of(8), Contexts = Contexts.InStep },
        new("failFast", new BoolShape(), "True: the first failure cancels the others.") { Default = Value.Of(true) },
    ])
    {
        ExactlyOne = ["in", "matrix"],
        ExactlyOneOf = "source of items",
    };

    public static readonly Construct Wait = new("wait", "Waits for a time or a signal; holds no worker.",
    [
        new("duration", new ValueShape(Schema.Duration, "a duration"), "How long.") { Contexts = Contexts.InStep },
        new("until", new ValueShape(Schema.String with { Format = "instant" }, "an instant"), "Until this instant.") { Contexts = Contexts.InStep },
        new("signal", new ValueShape(Schema.String, "the name of a signal"), "Until this signal comes.") { Contexts = Contexts.InStep },
        new("timeout", new ValueShape(Schema.Duration, "a duration"), "The longest to wait for the signal; then the step fails.") { Beside = ["signal"], Contexts = Contexts.InStep },
    ])
    {
        ExactlyOne = ["duration", "until", "signal"],
        ExactlyOneOf = "thing to wait for",
    };

    public static readonly Construct Approve = new("approve", "Waits for a person to agree.",
    [
        new("message", Text, "What is asked.") { Required = true, Contexts = Contexts.InStep },
        new("by", new ListShape(new TextShape("^[a-z][A-Za-z0-9_:.@-]*$", "a role or a name")), "Who may answer: the roles `viewer`, `operator`, `admin` (each with those above it), and names such as `token:ci` or `ann`; default: everyone who may operate runs, which anyone who answers must."),
        new("timeout", new ValueShape(Schema.Duration, "a duration"), "The longest to wait; default: the deadline of the run.") { Contexts = Contexts.InStep },
        new("onTimeout", new ChoiceShape("fail", "continue"), "What happens then.") { Default = Value.Of("fail") },
    ]);

    private static readonly Key[] LeafKeys =
    [
        new("uses", Activity, "Runs an activity."),
        new("run", Script, "Runs a shell script. Its text is constant: values enter through `env` and `stdin`."),
        new("call", Blueprint, "Runs another blueprint as a child run."),
        new("with", new InputsShape(), "The inputs of the activity or blueprint.") { Beside = ["uses", "call"], Contexts = Contexts.InStep },
        new("shell", BasicShapes.Text, "The shell.") { Default = Value.Of("bash"), Beside = ["run"] },
        new("stdin", Text, "What the script reads on standard input.") { Beside = ["run"], Contexts = Contexts.InStep, Secret = true },
        new("cwd", Text, "Working directory.") { Beside = ["run"], Contexts = Contexts.InStep },
    ];

    private static readonly Key[] EnvironmentKeys =
    [
        new("target", BasicShapes.Name, "Where the step acts.") { Default = Value.Of("local") },
        new("env", Environment, "Environment of commands; values may be secret.") { Contexts = Contexts.InStep, Secret = true },
        new("timeout", TimeoutShape, "Deadlines; a plain duration is that of one attempt."),
        new("retry", RetryShape, "How failed attempts are tried again; a number is `max`. Effect `once` is not retried unless this says so."),
        new("log", new ChoiceShape("full", "errors", "none"), "How much of the log is kept.") { Default = Value.Of("full") },
    ];

    public static readonly Construct Undo = new("undo", "Takes a step back on `onFailure: rollback`. May have no undo itself.", [.. LeafKeys, .. EnvironmentKeys])
    {
        ExactlyOne = ["uses", "run", "call"],
        ExactlyOneOf = "verb",
    };

    public static readonly Construct Step = new("step", "One step: an id, one verb, and how it is run.",
    [
        new("id", BasicShapes.Name, "Its identity in the journal and in `steps.<id>`; unique in the blueprint.") { Required = true },
        new("name", BasicShapes.Text, "For people; default: the id."),
        new("if", new BareShape(Schema.Bool), "Runs only when this is true; decided once, for a `foreach` before its items.") { Default = Value.Of(true), Contexts = Contexts.InStep },
        new("foreach", new EitherShape(new ObjectShape(() => ForEach), new ValueShape(Schema.ListOf(Schema.Any), "a list")), "Runs once for each item; `{in, as, key, limit, failFast, matrix}` or just the list.") { Contexts = Contexts.InStep },
        new("needs", new EitherShape(new ListShape(BasicShapes.Name), BasicShapes.Name), "Branches of the same `parallel` that must be done before this one starts.") { InParallel = true },
        .. LeafKeys,
        new("check", Script, "Command whose exit code 0 means \"already so\"; used by plan and drift.") { Beside = ["run"] },
        new("effect", Effects, "What the script may do to the world; decides what happens after a crash.") { Default = Value.Of("once"), Beside = ["run"] },
        new("detached", new BoolShape(), "True: does not wait for the child.") { Default = Value.Of(false), Beside = ["call"] },
        new("steps", Steps, "A block: these steps, from top to bottom."),
        new("rescue", Steps, "Run when the block fails, and handle the failure; may use `error`.") { Beside = ["steps"] },
        new("always", Steps, "Run last in any case.") { Beside = ["steps"] },
        new("parallel", Steps, "Branches that run at the same time."),
        new("failFast", new BoolShape(), "True: the first branch that fails cancels the others.") { Default = Value.Of(true), Beside = ["parallel"] },
        new("wait", new EitherShape(new ObjectShape(() => Wait), new ValueShape(Schema.Duration, "a duration such as `90s`")), "Waits for a time or a signal.") { Contexts = Contexts.InStep },
        new("approve", new ObjectShape(() => Approve), "Waits for a person."),
        .. EnvironmentKeys,
        new("until", new BareShape(Schema.Bool), "Runs again after `every` until this is true over `result`. Not yet true is no failure.") { Beside = ["uses", "run"], Contexts = Contexts.InStep | Contexts.Result },
        new("every", new DurationShape(), "Pause between polls.") { Default = Value.Of("5s"), Beside = ["uses", "run"] },
        new("undo", new EitherShape(new ChoiceShape("never"), new ObjectShape(() => Undo)), "Takes the step back on `onFailure: rollback`; `never` switches the activity's own undo off.") { Beside = ["uses", "run", "call"] },
        new("allowFailure", new BoolShape(), "True: a failure of this step does not fail what holds it.") { Default = Value.Of(false) },
        new("outputs", new MapShape(new ValueShape(Schema.Any), BasicShapes.Name), "Replaces the outputs by values computed over `result`.") { Contexts = Contexts.InStep | Contexts.Result },
    ])
    {
        ExactlyOne = ["uses", "run", "steps", "parallel", "call", "wait", "approve"],
        ExactlyOneOf = "verb",
    };
}
