using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Grammar;

/// <summary>Triggers: what starts runs by itself.</summary>
internal static class TriggerGrammar
{
    private const Contexts Places = Contexts.Vars | Contexts.Event;

    public static readonly Construct Webhook = new("webhook", "A verified HTTP request to `/hooks/<path>`.",
    [
        new("path", new TextShape("^[A-Za-z0-9][A-Za-z0-9._/-]*$", "a path without leading `/`"), "Path below `/hooks/`.") { Required = true },
        new("method", new ChoiceShape("POST", "PUT", "GET", "DELETE", "PATCH"), "HTTP method.") { Default = Value.Of("POST") },
        new("verify", new ChoiceShape("standard-webhooks", "github", "gitlab", "hmac-sha256", "token", "none"), "How the sender proves itself; `none` needs a server flag.") { Required = true },
        new("secret", BasicShapes.Name, "Name of the declared secret that verifies; required unless `verify: none`."),
        new("header", new TextShape("^[A-Za-z0-9-]+$", "the name of a header"), "For `hmac-sha256`: the header with the signature over the body, with or without `sha256=` before it; absent = `X-Signature-256`. For `token`: the header with the token; absent = `Authorization: Bearer`."),
        new("encoding", new ChoiceShape("hex", "base64"), "For `hmac-sha256`: how the signature is written.") { Default = Value.Of("hex") },
        new("idHeader", new TextShape("^[A-Za-z0-9-]+$", "the name of a header"), "For `hmac-sha256` and `token`: the header with the id of the delivery. Without it a signed body is its own id, and a delivery with a token is always new."),
        new("tolerance", new DurationShape(), "How far the time that is signed with a request (`standard-webhooks`) may be from ours, before or after.") { Default = Value.Of("5m") },
        new("maxBody", new TextShape("^[1-9][0-9]{0,8}(B|KB|MB)?$", "a size such as `512KB` or `1MB`"), "Largest body accepted, at most 32MB.") { Default = Value.Of("1MB") },
    ]);

    public static readonly Construct Cron = new("cron", "Times by a cron expression of five fields.",
    [
        new("expr", BasicShapes.Text, "Minute, hour, day of month, month, day of week.") { Required = true },
        new("timezone", BasicShapes.Text, "IANA time zone.") { Default = Value.Of("UTC") },
        new("catchUp", new ChoiceShape("none", "latest", "all"), "Which missed times are made up for after a stop.") { Default = Value.Of("latest") },
        new("overlap", new ChoiceShape("skip", "queue", "replace", "allow"), "What happens when the run before is still alive.") { Default = Value.Of("skip") },
        new("spread", new DurationShape(), "Starts are spread over this long.") { Default = Value.Of("0s") },
    ]);

    public static readonly Construct Drift = new("drift", "Looks regularly whether the world still is as the last completed run left it.",
    [
        new("every", new DurationShape(), "How often.") { Required = true },
        new("apply", new BoolShape(), "True: repair; false: report only.") { Default = Value.Of(false) },
    ]);

    public static readonly Construct Event = new("event", "An event from another part of the system.",
    [
        new("source", BasicShapes.Text, "Where it comes from.") { Required = true },
        new("type", BasicShapes.Text, "Which type.") { Required = true },
    ]);

    public static readonly Construct Trigger = new("trigger", "What starts runs: one of the kinds.",
    [
        new("webhook", new ObjectShape(() => Webhook), "An HTTP request."),
        new("cron", new ObjectShape(() => Cron), "Times."),
        new("drift", new ObjectShape(() => Drift), "Drift of the world."),
        new("event", new ObjectShape(() => Event), "An event."),
        new("if", new BareShape(Schema.Bool), "Only when this is true over `event` and `vars`.") { Contexts = Places },
        new("dedupe", new ValueShape(Schema.String, "text"), "Two occurrences with the same key start one run.") { Contexts = Places },
        new("with", new ValueShape(Schema.Any, "a map of inputs or an expression"), "The inputs of the run; checked against `inputs` before a run exists.") { Contexts = Places },
        new("enabled", new BoolShape(), "False: kept, but starts nothing.") { Default = Value.Of(true) },
    ])
    {
        ExactlyOne = ["webhook", "cron", "drift", "event"],
        ExactlyOneOf = "kind of trigger",
    };
}
