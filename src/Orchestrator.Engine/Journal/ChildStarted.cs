using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>A step goes on as a run of its own, which begins in the same commit.</summary>
/// <param name="ChildRunId">The child.</param>
/// <param name="Blueprint">What it runs.</param>
/// <param name="Detached">True when the step does not wait for it.</param>
/// <param name="StartedAt">When this attempt began, when that was not journaled before; null otherwise.</param>
internal sealed record ChildStarted(string ChildRunId, string Blueprint, bool Detached, DateTimeOffset? StartedAt) : JournalEvent
{
    public const string Name = "ChildStarted";

    public override string Type => Name;

    public override DateTimeOffset? AbsorbedStart => StartedAt;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteString("child", ChildRunId);
        writer.WriteString("blueprint", Blueprint);
        writer.WriteFlag("detached", Detached);
        writer.WriteInstant("started", StartedAt);
    }

    public static ChildStarted Read(EventBody body) => new(body.Text("child"), body.Text("blueprint"), body.Flag("detached"), body.InstantOrNull("started"));
}
