using Orchestrator.Cli.Terminals;
using Orchestrator.Cli.Times;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Failures;

namespace Orchestrator.Cli.Progress;

/// <summary>How a step's state is put into words, the same on a terminal, in a log and in a summary.</summary>
internal static class StepWords
{
    /// <summary>Last part of a step key: <c>install</c> of <c>hosts[node1]/install</c>. A slash inside brackets belongs to an item's key.</summary>
    public static string ShortName(string key)
    {
        var (start, depth) = (0, 0);
        for (var i = 0; i < key.Length; i++)
        {
            if (key[i] == '[') depth++;
            else if (key[i] == ']') depth--;
            else if (key[i] == '/' && depth == 0) start = i + 1;
        }

        return key[start..];
    }

    /// <summary>A type as the person wrote it: names of containers are the engine's, theirs is the key in the blueprint.</summary>
    public static string ShortType(string type) => type switch
    {
        _ when type.StartsWith("Orchestrator.", StringComparison.Ordinal) => type["Orchestrator.".Length..].ToLowerInvariant(),
        _ when type.StartsWith("Elsa.", StringComparison.Ordinal) => type["Elsa.".Length..],
        _ => type,
    };

    /// <summary>The sign in front of a step and what it means.</summary>
    public static (string Glyph, Style Style) Sign(StepView step) => step.Status switch
    {
        StepStatus.Completed => ("✓", step.Changed == false ? Style.Faint : Style.Good),
        StepStatus.Running => ("●", Style.Active),
        StepStatus.Waiting when step.Wait?.Kind == "retry" => ("↻", Style.Caution),
        StepStatus.Waiting => ("◷", Style.Caution),
        StepStatus.Paused => ("‖", Style.Bad),
        StepStatus.Failed => ("✗", Style.Bad),
        StepStatus.Cancelled => ("⊘", Style.Caution),
        StepStatus.Undone => ("↶", Style.Caution),
        StepStatus.Skipped => ("-", Style.Faint),
        _ => ("·", Style.Faint),
    };

    /// <summary>Where a step stands at <paramref name="now"/>, with countdowns.</summary>
    public static string State(StepView step, DateTimeOffset now) => step.Status switch
    {
        StepStatus.Pending => "",
        StepStatus.Ready => "waits for its turn",
        StepStatus.Running => Running(step, now),
        StepStatus.Waiting when step.Wait is { } wait => Waiting(step, wait, now),
        StepStatus.Waiting => "waiting",
        StepStatus.Paused => $"paused: {Why(step.Failure, step.Wait)}",
        StepStatus.Completed => Completed(step),
        StepStatus.Skipped => "skipped",
        StepStatus.Failed => $"failed{In(step)}: {Why(step.Failure, step.Wait)}",
        StepStatus.Cancelled => "cancelled",
        StepStatus.Undone => "undone",
        _ => step.Status.ToString(),
    };

    /// <summary>The same where the time it took stands beside it.</summary>
    public static string Outcome(StepView step, DateTimeOffset now) => step.Status switch
    {
        StepStatus.Completed => Effect(step),
        StepStatus.Failed => $"failed: {Why(step.Failure, step.Wait)}",
        StepStatus.Running when step.Wait is { Kind: "poll" } wait => Waiting(wait, now),
        StepStatus.Running => step.Attempt > 1 ? $"running, attempt {step.Attempt} of {Math.Max(step.MaxAttempts, step.Attempt)}" : "running",
        _ => State(step, now),
    };

    /// <summary>What a run or a step waits for, and until when.</summary>
    public static string Waiting(WaitView wait, DateTimeOffset now)
    {
        var text = $"waiting: {wait.Reason}";
        if (wait.Next is { } next) text += wait.Kind == "timer" ? $"; {HumanTime.Countdown(next - now)} left" : $"; next try in {HumanTime.Countdown(next - now)}";
        if (wait.Deadline is { } deadline && deadline != wait.Next) text += $"; gives up in {HumanTime.Countdown(deadline - now)}";
        return text;
    }

    private static string Waiting(StepView step, WaitView wait, DateTimeOffset now)
    {
        if (wait.Kind != "retry") return Waiting(wait, now);
        var attempts = $"{step.Attempt + 1} of {Math.Max(step.MaxAttempts, step.Attempt + 1)}";
        var when = wait.Next is { } next ? $" in {HumanTime.Countdown(next - now)}" : "";
        return $"retry {attempts}{when}: {Why(step.Failure, wait)}";
    }

    private static string Running(StepView step, DateTimeOffset now)
    {
        var text = step.StartedAt is { } start ? HumanTime.Precise(now - start) : "running";
        return step.Attempt > 1 ? $"{text}, attempt {step.Attempt} of {Math.Max(step.MaxAttempts, step.Attempt)}" : text;
    }

    private static string Completed(StepView step)
    {
        var duration = step is { StartedAt: { } start, CompletedAt: { } end } ? HumanTime.Precise(end - start) : "";
        var attempts = step.Attempt > 1 ? $"attempt {step.Attempt}" : "";
        return string.Join(", ", new[] { duration, Effect(step), attempts }.Where(part => part.Length > 0));
    }

    private static string Effect(StepView step) => StepCounts.IsAct(step) ? step.Changed switch { true => "changed", false => "already so", null => "" } : "";

    private static string In(StepView step) =>
        step is { StartedAt: { } start, CompletedAt: { } end } ? $" after {HumanTime.Precise(end - start)}" : "";

    private static string Why(Failure? failure, WaitView? wait) => failure is not null ? OneLine(failure.ToString()) : wait?.Reason ?? "no reason was given";

    private static string OneLine(string text) => text.ReplaceLineEndings(" ");
}
