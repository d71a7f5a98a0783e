using System.Text.Json;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>The run ended well.</summary>
/// <param name="Outputs">Outputs of the blueprint.</param>
internal sealed record RunCompleted(MapValue Outputs) : JournalEvent
{
    public const string Name = "RunCompleted";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteMap("outputs", Outputs);
    }

    public static RunCompleted Read(EventBody body) => new(body.Map("outputs"));
}
