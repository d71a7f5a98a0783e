using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>An attempt began. Committed before the effect for keyed, reattach and once; rides with a later commit for read and idempotent.</summary>
/// <param name="IsVerification">True when it only finds out whether a lost attempt took effect.</param>
internal sealed record StepStarted(bool IsVerification) : JournalEvent
{
    public const string Name = "StepStarted";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteFlag("verify", IsVerification);
    }

    public static StepStarted Read(EventBody body) => new(body.Flag("verify"));
}
