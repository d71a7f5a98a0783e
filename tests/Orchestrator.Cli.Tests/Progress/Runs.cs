using Orchestrator.Cli.Progress;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Tests.Progress;

/// <summary>Runs made up for renderings; all begin at <see cref="Start"/>.</summary>
internal static class Runs
{
    public static readonly DateTimeOffset Start = new(2026, 11, 21, 8, 0, 0, TimeSpan.Zero);

    public static DateTimeOffset At(double seconds) => Start.AddSeconds(seconds);

    public static RunView Run(RunStatus status, params IReadOnlyList<StepView> steps) => new(
        "r1a2b3c4", "boot", 1, "hash", status, null, Start, null, Start.AddDays(7), Value.EmptyMap, null, null, null, new Dictionary<string, string>(), steps, 1);

    public static StepView Step(string key, StepStatus status, string type = "file.write", double? from = null, double? to = null) => new(
        key, StepWords.ShortName(key), key, type, new SourceSpan(12, 5, 100, 4), status, from is null ? 0 : 1, 4, from is { } start ? At(start) : null,
        to is { } end ? At(end) : null, null, null, null, null, null, []);

    public static Failure Refused { get; } = new("http.refused", FailureKind.Transient, "connection refused", LogTail: ["GET http://127.0.0.1:1/", "refused"]);
}
