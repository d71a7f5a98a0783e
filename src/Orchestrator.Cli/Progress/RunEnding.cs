using Orchestrator.Cli.Terminals;
using Orchestrator.Cli.Times;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;

namespace Orchestrator.Cli.Progress;

/// <summary>What a command says when it leaves a run: how it ended, or why it stands still and with which commands it goes on.</summary>
internal static class RunEnding
{
    /// <summary>The lines.</summary>
    public static IEnumerable<TextLine> Lines(RunSnapshot snapshot, DateTimeOffset now) => snapshot.Root.Status switch
    {
        RunStatus.Completed => Completed(snapshot),
        RunStatus.Failed => Failed(snapshot),
        RunStatus.Cancelled => [new TextLine().Add($"cancelled after {Duration(snapshot.Root, now)}", Style.Caution)],
        RunStatus.Paused => Paused(snapshot),
        _ => Unfinished(snapshot, now),
    };

    private static IEnumerable<TextLine> Completed(RunSnapshot snapshot)
    {
        var (done, changed, same) = StepCounts.Of(snapshot);
        yield return new TextLine().Add("completed", Style.Good).Add($" in {Duration(snapshot.Root, snapshot.Root.CreatedAt)}: {Steps(done)}, {changed} changed, {same} already so");
        if (done > 0 && same == done) yield return new TextLine().Add($"nothing changed: all {Steps(done)} were already so");
        if (snapshot.Root.Outputs is not { Entries.Count: > 0 } outputs) yield break;
        yield return new TextLine().Add("outputs:", Style.Faint);
        foreach (var (name, value) in outputs.Entries) yield return new TextLine().Add($"  {name}: ", Style.Faint).Add(value.ToString());
    }

    private static IEnumerable<TextLine> Failed(RunSnapshot snapshot)
    {
        var id = snapshot.Root.RunId;
        foreach (var line in Trouble(snapshot, "failed", StepStatus.Failed)) yield return line;
        yield return Command($"orchestrator retry {id}", "once the cause is gone: goes on at the failed step");
        yield return Command($"orchestrator runs show {id}", "every step");
        yield return Command($"orchestrator logs {id}", "the whole log");
    }

    private static IEnumerable<TextLine> Paused(RunSnapshot snapshot)
    {
        var id = snapshot.Root.RunId;
        foreach (var line in Trouble(snapshot, "paused", StepStatus.Paused)) yield return line;
        yield return new TextLine().Add("go on with", Style.Faint);
        yield return Command($"orchestrator retry {id}", "once the cause is gone; --input name=value changes an input of the step");
        yield return Command($"orchestrator skip {id} --step {Culprit(snapshot, StepStatus.Paused)?.Step.Key ?? "STEP"}", "takes the step as done; --value JSON is its output");
        yield return Command($"orchestrator cancel {id}", "ends the run");
    }

    private static IEnumerable<TextLine> Unfinished(RunSnapshot snapshot, DateTimeOffset now)
    {
        var run = snapshot.Root;
        var (word, style) = RunLines.StatusWord(run.Status);
        var line = new TextLine().Add(word, style);
        if (run.Wait is { } wait) line = new TextLine().Add(StepWords.Waiting(wait, now), style);
        yield return line;
        foreach (var (_, step, _) in snapshot.Steps().Where(entry => entry.Step is { Status: StepStatus.Waiting, Wait.Kind: "approval" or "signal" }))
            yield return Command(step.Wait!.Kind == "approval" ? $"orchestrator approve {run.RunId} --step {step.Key}" : $"orchestrator signal {run.RunId} NAME", step.Wait.Reason);
        yield return Command($"orchestrator resume {run.RunId}", "follows it and drives it on");
    }

    private static IEnumerable<TextLine> Trouble(RunSnapshot snapshot, string word, StepStatus status)
    {
        var culprit = Culprit(snapshot, status);
        var failure = culprit?.Step.Failure ?? snapshot.Root.Failure;
        var line = new TextLine().Add(word, Style.Bad);
        if (culprit is { } at) line.Add($" at {at.Step.Key}").Add($" ({at.Run.Blueprint}:{at.Step.Span.Line})", Style.Faint);
        yield return line.Add($": {Sentence(failure, snapshot.Root)}");
        foreach (var text in failure?.LogTail ?? []) yield return new TextLine().Add("  | ", Style.Faint).Add(Cells.WithoutColours(text), Style.Faint);
    }

    /// <summary>The innermost step that stands in the way: containers fail because of a step in them.</summary>
    private static (RunView Run, StepView Step)? Culprit(RunSnapshot snapshot, StepStatus status)
    {
        var all = snapshot.Steps().Where(entry => entry.Step.Status == status).ToList();
        return all.Count == 0 ? null : all.OrderByDescending(entry => entry.Depth).Select(entry => (entry.Run, entry.Step)).First();
    }

    private static string Sentence(Failure? failure, RunView run) =>
        failure is not null ? failure.ToString() : run.Wait?.Reason ?? "no reason was recorded";

    private static string Duration(RunView run, DateTimeOffset now) => HumanTime.Precise((run.CompletedAt ?? now) - run.CreatedAt);

    private static string Steps(int count) => count == 1 ? "1 step" : $"{count} steps";

    private static TextLine Command(string command, string what) => new TextLine().Add("  ").Add(command, Style.Strong).PadTo(52).Add(what, Style.Faint);
}
