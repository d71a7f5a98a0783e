using Orchestrator.Model.Schemas;

namespace Orchestrator.Blueprints.Checks;

/// <summary>What <c>event</c> holds in the expressions of a trigger, by kind.</summary>
internal static class EventTypes
{
    private static readonly Schema Instant = Schema.String with { Format = "instant" };
    private static readonly Schema Texts = Schema.MapOf(Schema.String);

    private static readonly Schema Webhook = Scopes.Object(
        ("id", Schema.String), ("type", Schema.String), ("at", Instant), ("method", Schema.String), ("path", Schema.String), ("headers", Texts), ("query", Texts), ("body", Schema.Any));

    private static readonly Schema Scheduled = Scopes.Object(("id", Schema.String), ("type", Schema.String), ("at", Instant), ("scheduledAt", Instant));

    private static readonly Schema Raised = Scopes.Object(("id", Schema.String), ("type", Schema.String), ("at", Instant), ("source", Schema.String), ("body", Schema.Any));

    /// <summary>The type of <c>event</c>; anything when the kind is not known.</summary>
    public static Schema Of(string? kind) => kind switch
    {
        "webhook" => Webhook,
        "cron" => Scheduled,
        "event" => Raised,
        _ => Schema.Any,
    };
}
