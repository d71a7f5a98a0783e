using System.Text.Json;

namespace Orchestrator.Engine.Journal;

/// <summary>What recovery does with one step.</summary>
/// <param name="Key">The step.</param>
/// <param name="Action"><c>start</c> (it had not begun as far as the journal knows), <c>run</c> (again), <c>reattach</c> (ask the target for the job), <c>verify</c> (did it happen?), <c>stop</c> (it was being cancelled), <c>pause</c> (it was under way at every crash).</param>
/// <param name="Reason">Why that is safe, in words.</param>
internal sealed record RecoveredStep(string Key, string Action, string Reason)
{
    public static void Write(Utf8JsonWriter writer, string name, IReadOnlyList<RecoveredStep> steps)
    {
        writer.WriteStartArray(name);
        foreach (var step in steps)
        {
            writer.WriteStartObject();
            writer.WriteString("key", step.Key);
            writer.WriteString("action", step.Action);
            writer.WriteString("reason", step.Reason);
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    public static IReadOnlyList<RecoveredStep> Read(EventBody body, string name) =>
        body.Items(name, item => new RecoveredStep(item.Text("key"), item.Text("action"), item.Text("reason")));
}
