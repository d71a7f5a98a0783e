using System.Text.Json;
using Orchestrator.Cli.Terminals;
using Orchestrator.Cli.Times;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Cli.Progress;

/// <summary>What the engine did after each time it died with a run in its hands: which steps it took up again, and why that was safe. Read from the journal.</summary>
internal static class Recoveries
{
    private const string EventType = "RunRecovered";

    /// <summary>A head and a line a step, in order of time; nothing when the engine never died.</summary>
    public static IEnumerable<TextLine> Lines(RunSnapshot snapshot)
    {
        var recoveries = snapshot.NewEvents.Where(stored => stored.Type == EventType && stored.Body.Length > 0).ToList();
        if (recoveries.Count == 0) yield break;
        yield return new TextLine().Add("taken up again after the engine died", Style.Caution);
        foreach (var stored in recoveries)
        {
            using var body = JsonDocument.Parse(stored.Body);
            foreach (var step in body.RootElement.GetProperty("steps").EnumerateArray())
                yield return new TextLine().Add("  ").Add($"+{HumanTime.Precise(stored.At - snapshot.Root.CreatedAt)}", Style.Faint).PadTo(11)
                    .Add($"{Name(snapshot, stored.RunId)}{step.GetProperty("key").GetString()}: ").Add($"{Words(step.GetProperty("action").GetString()!)}: {step.GetProperty("reason").GetString()}");
        }
    }

    private static string Name(RunSnapshot snapshot, string runId) => snapshot.Children.TryGetValue(runId, out var child) ? child.Blueprint + "/" : "";

    private static string Words(string action) => action switch
    {
        "start" => "started",
        "run" => "run again",
        "reattach" => "reattached",
        "verify" => "verified",
        "stop" => "stopped",
        "pause" => "paused",
        _ => action,
    };
}
