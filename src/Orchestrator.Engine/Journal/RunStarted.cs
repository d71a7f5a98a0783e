using System.Text.Json;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>The run exists: the first event of every journal.</summary>
/// <param name="Definition">Content hash of the definition.</param>
/// <param name="Blueprint">Its name.</param>
/// <param name="Version">Its major version.</param>
/// <param name="Inputs">Inputs with defaults, checked.</param>
/// <param name="Vars">Values of the variables.</param>
/// <param name="Labels">Labels of the blueprint and of the start; may be empty.</param>
/// <param name="By">Who asked.</param>
/// <param name="ParentRunId">The run whose step it is; null for a root.</param>
/// <param name="ParentStep">That step; null for a root.</param>
/// <param name="StartKey">Idempotency key; null for none.</param>
/// <param name="Group">Concurrency group; null for none.</param>
/// <param name="Queued">True when the group was full: nothing runs before <see cref="RunAdmitted"/>.</param>
/// <param name="Deadline">When the run times out as a whole.</param>
internal sealed record RunStarted(string Definition, string Blueprint, int Version, MapValue Inputs, MapValue Vars, IReadOnlyDictionary<string, string> Labels, string By, string? ParentRunId, string? ParentStep, string? StartKey, string? Group, bool Queued, DateTimeOffset Deadline) : JournalEvent
{
    public const string Name = "RunStarted";

    /// <summary>Correlation id given at the start; null = none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>Name given at the start; null = none.</summary>
    public string? RunName { get; init; }

    /// <summary>Id of the activity whose stimulus started it; null when it was started otherwise.</summary>
    public string? Trigger { get; init; }

    /// <summary>What that stimulus carried; null for nothing.</summary>
    public Value? TriggerPayload { get; init; }

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("definition", Definition);
        writer.WriteString("blueprint", Blueprint);
        writer.WriteNumber("version", Version);
        writer.WriteMap("inputs", Inputs);
        writer.WriteMap("vars", Vars);
        writer.WriteLabels("labels", Labels);
        writer.WriteString("by", By);
        writer.WriteText("parent", ParentRunId);
        writer.WriteText("parentStep", ParentStep);
        writer.WriteText("startKey", StartKey);
        writer.WriteText("group", Group);
        writer.WriteFlag("queued", Queued);
        writer.WriteInstant("deadline", Deadline);
        writer.WriteText("correlationId", CorrelationId);
        writer.WriteText("name", RunName);
        writer.WriteText("trigger", Trigger);
        writer.WriteValue("payload", TriggerPayload);
    }

    public static RunStarted Read(EventBody body) => new(
        body.Text("definition"),
        body.Text("blueprint"),
        body.Int("version"),
        body.Map("inputs"),
        body.Map("vars"),
        body.Labels("labels"),
        body.Text("by"),
        body.TextOrNull("parent"),
        body.TextOrNull("parentStep"),
        body.TextOrNull("startKey"),
        body.TextOrNull("group"),
        body.Flag("queued"),
        body.Instant("deadline"))
    {
        CorrelationId = body.TextOrNull("correlationId"), RunName = body.TextOrNull("name"), Trigger = body.TextOrNull("trigger"), TriggerPayload = body.ValueOrNull("payload"),
    };
}
