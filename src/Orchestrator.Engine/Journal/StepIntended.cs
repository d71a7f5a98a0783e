using System.Text.Json;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>
/// A step that may be taken back looked, found something to change, and is about to. Committed before the change: when a crash or a failed attempt hides its outcome, a later attempt that finds
/// all as it should be knows that it was this run's doing.
/// </summary>
/// <param name="Output">Fields of the output that the undo needs; an empty map when it needs none.</param>
internal sealed record StepIntended(Value Output) : JournalEvent
{
    public const string Name = "StepIntended";

    public override string Type => Name;

    public override void Write(Utf8JsonWriter writer)
    {
        writer.WriteValue("output", Output);
    }

    public static StepIntended Read(EventBody body) => new(body.Value("output"));
}
