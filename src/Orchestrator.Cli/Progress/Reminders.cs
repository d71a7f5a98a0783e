using Orchestrator.Cli.Terminals;
using Orchestrator.Cli.Times;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Cli.Progress;

/// <summary>Says once a minute what a run still waits for, so that a log that stands still is not taken for a process that hangs.</summary>
internal sealed class Reminders
{
    private static readonly TimeSpan Interval = TimeSpan.FromMinutes(1);

    private Dictionary<(string RunId, string Step), (string Reason, DateTimeOffset Told)> _told = [];

    /// <summary>The lines that are due; a reason that is new was told by <see cref="RunChanges"/> in the same moment.</summary>
    public IReadOnlyList<TextLine> Due(RunSnapshot snapshot, DateTimeOffset now)
    {
        var lines = new List<TextLine>();
        var told = new Dictionary<(string, string), (string, DateTimeOffset)>();
        foreach (var (run, step, _) in snapshot.Steps())
        {
            // A call is not reminded of: the step that its child run waits at is.
            if (step.Wait is not { Kind: not "child" } wait || !(step.Status == StepStatus.Waiting || RunChanges.Polls(step))) continue;
            var before = _told.GetValueOrDefault((run.RunId, step.Key), (Reason: wait.Reason, Told: now));
            if (before.Reason != wait.Reason) before = (wait.Reason, now);
            if (now - before.Told >= Interval)
            {
                before = (wait.Reason, now);
                var text = StepWords.State(step with { Status = StepStatus.Waiting }, now);
                lines.Add(RunChanges.Stamped(now - snapshot.Root.CreatedAt, new TextLine().Add($"{RunChanges.Name(snapshot, run, step)}: ").Add($"still {text}", Style.Caution)));
            }

            told[(run.RunId, step.Key)] = before;
        }

        _told = told;
        return lines;
    }
}
