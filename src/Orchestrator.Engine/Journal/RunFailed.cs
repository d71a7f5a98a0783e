using System.Text.Json;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Journal;

/// <summary>The run ended badly; <see cref="RunReopened"/> may continue it.</summary>
/// <param name="Failure">Why.</param>
internal sealed record RunFailed(Failure Failure) : JournalEvent
{
    public const string Name = "RunFailed";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteFailure("failure", Failure);
    }

    public static RunFailed Read(EventBody body) => new(body.Failure("failure"));
}
