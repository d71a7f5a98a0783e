using Orchestrator.Cli.Terminals;
using Orchestrator.Cli.Times;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;

namespace Orchestrator.Cli.Progress;

/// <summary>What a command says when it leaves a run: how it ended, or why it stands still and with which commands it goes on.</summary>
internal static class RunEnding
{
    /// <summary>The lines.</summary>
    public static IEnumerable<TextLine> Lines(RunSnapshot snapshot, DateTimeOffset now, NextCommand next) => snapshot.Root.Status switch
    {
        RunStatus.Completed => Completed(snapshot),
        RunStatus.Failed => Failed(snapshot, next),
        RunStatus.Cancelled => [new TextLine().Add($"cancelled after {Duration(snapshot.Root, now)}", Style.Caution)],
        _ when snapshot.IsPaused => Paused(snapshot, next),
        _ => Unfinished(snapshot, now, next),
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

    private static IEnumerable<TextLine> Failed(RunSnapshot snapshot, NextCommand next)
    {
        var id = snapshot.Root.RunId;
        foreach (var line in Trouble(snapshot, "failed", StepStatus.Failed)) yield return line;
        yield return new TextLine().Add("go on with", Style.Faint);
        foreach (var line in Commands(
            (next.Line("retry", id), "once the cause is gone: goes on at the failed step"),
            (next.Line("retry", id, "--input", "NAME=VALUE"), "the same with another input of the step"),
            (next.Line("runs", "show", id), "every step"),
            (next.Line("logs", id), "the whole log"))) yield return line;
    }

    private static IEnumerable<TextLine> Paused(RunSnapshot snapshot, NextCommand next)
    {
        // The run that is paused may be a child of the one that was asked for; the commands are for it.
        var culprit = Culprit(snapshot, StepStatus.Paused);
        var id = culprit?.Run.RunId ?? snapshot.Root.RunId;
        foreach (var line in Trouble(snapshot, "paused", StepStatus.Paused)) yield return line;
        yield return new TextLine().Add("go on with", Style.Faint);
        var commands = new List<(string, string)>
        {
            (next.Line("retry", id), "once the cause is gone"),
            (next.Line("retry", id, "--input", "NAME=VALUE"), "the same with another input of the step"),
        };
        if (culprit is { Step.Key: var key }) commands.Add((next.Line("skip", id, key, "--value", "{}"), "takes the step as done with these outputs"));
        commands.Add((next.Line("cancel", snapshot.Root.RunId), "ends the run"));
        foreach (var line in Commands([.. commands])) yield return line;
    }

    private static IEnumerable<TextLine> Unfinished(RunSnapshot snapshot, DateTimeOffset now, NextCommand next)
    {
        var run = snapshot.Root;
        var (word, style) = RunLines.StatusWord(run.Status);
        var line = new TextLine().Add(word, style);
        if (run.Wait is { } wait) line = new TextLine().Add(StepWords.Waiting(wait, now), style);
        yield return line;
        var commands = snapshot.Steps().Where(entry => entry.Step is { Status: StepStatus.Waiting, Wait.Kind: "approval" or "signal" })
            .Select(entry => (entry.Step.Wait!.Kind == "approval" ? next.Line("approve", entry.Run.RunId, "--step", entry.Step.Key) : next.Line("signal", entry.Run.RunId, "NAME"), entry.Step.Wait.Reason));
        foreach (var command in Commands([.. commands, (next.Line("resume", run.RunId), "follows it and drives it on")])) yield return command;
    }

    private static IEnumerable<TextLine> Trouble(RunSnapshot snapshot, string word, StepStatus status)
    {
        var culprit = Culprit(snapshot, status);
        var failure = culprit?.Step.Failure ?? snapshot.Root.Failure;
        var line = new TextLine().Add(word, Style.Bad);
        if (culprit is { } at) line.Add($" at {at.Step.Key}").Add($" ({snapshot.Files.GetValueOrDefault(at.Run.RunId, at.Run.Blueprint)}:{at.Step.Span.Line})", Style.Faint);
        yield return line.Add($": {Sentence(failure, snapshot.Root)}");
        if (culprit is { } inner && inner.Run.RunId != snapshot.Root.RunId)
            yield return new TextLine().Add($"  in run {inner.Run.RunId} of {inner.Run.Blueprint}{CalledBy(snapshot, inner.Run)}");
        foreach (var text in failure?.LogTail ?? []) yield return new TextLine().Add("  | ", Style.Faint).Add(Cells.WithoutColours(text), Style.Faint);
    }

    private static string CalledBy(RunSnapshot snapshot, RunView child)
    {
        var caller = snapshot.Steps().FirstOrDefault(entry => entry.Step.ChildRunId == child.RunId);
        return caller.Step is null ? "" : $", called by {RunChanges.Name(snapshot, caller.Run, caller.Step)}";
    }

    /// <summary>The innermost step that stands in the way: containers fail because of a step in them.</summary>
    private static (RunView Run, StepView Step)? Culprit(RunSnapshot snapshot, StepStatus status)
    {
        var all = snapshot.Steps().Where(entry => entry.Step.Status == status).ToList();
        // A step that was allowed to fail is not what the run failed of.
        var cause = snapshot.Root.Failure?.Message;
        return all.Count == 0 ? null : all.OrderByDescending(entry => cause is not null && entry.Step.Failure?.Message == cause).ThenByDescending(entry => entry.Depth).Select(entry => (entry.Run, entry.Step)).First();
    }

    private static string Sentence(Failure? failure, RunView run) =>
        failure is not null ? failure.ToString() : run.Wait?.Reason ?? "no reason was recorded";

    private static string Duration(RunView run, DateTimeOffset now) => HumanTime.Precise((run.CompletedAt ?? now) - run.CreatedAt);

    private static string Steps(int count) => count == 1 ? "1 step" : $"{count} steps";

    /// <summary>What a command does stands behind a <c>#</c>: a whole line can be pasted.</summary>
    private static IEnumerable<TextLine> Commands(params (string Command, string What)[] commands)
    {
        var column = 5 + commands.Max(command => Cells.Width(command.Command));
        return commands.Select(command => new TextLine().Add("  ").Add(command.Command, Style.Strong).PadTo(column).Add($"# {command.What}", Style.Faint));
    }
}
