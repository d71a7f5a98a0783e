using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;

namespace Orchestrator.Activities.Run;

/// <summary>
/// Runs a script that outlives us: started once per <see cref="ActivityContext.IdempotencyKey"/>, followed until it ends. Whoever comes later with the same key finds the same
/// job, running or ended. Its folder goes a week after its end.
/// </summary>
internal static class ScriptJob
{
    private static readonly TimeSpan FirstLook = TimeSpan.FromMilliseconds(100);
    private static readonly TimeSpan LastLook = TimeSpan.FromSeconds(2);

    public static async Task<ScriptResult> FollowAsync(
        string script, IReadOnlyList<string> shell, Secret? input, string? folder, ActivityContext context, CancellationToken cancellationToken)
    {
        var name = "jobs/" + Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(context.IdempotencyKey)))[..32];
        var state = await Supervisor.LookAsync(context, name, null, create: true, cancellationToken).ConfigureAwait(false);
        if (state.ReportedAttempt < context.Attempt)
        {
            // An earlier attempt has reported this end as a failure; this one is to try again.
            await Supervisor.StopAsync(context, state.Folder, null, TimeSpan.Zero, cancellationToken).ConfigureAwait(false);
            state = state with { Status = SupervisedStatus.Absent };
        }

        if (state.Status == SupervisedStatus.Absent) await StartAsync(state.Folder, script, shell, input, folder, context, cancellationToken).ConfigureAwait(false);
        else context.Log($"found the job of this step again ({state.Status.ToString().ToLowerInvariant()})");
        var exitCode = await WaitAsync(name, state.Folder, context, cancellationToken).ConfigureAwait(false);
        if (exitCode != 0) await ReportedAsync(state.Folder, context, cancellationToken).ConfigureAwait(false);
        var output = await EndOfAsync(context, state.Folder, "out", cancellationToken).ConfigureAwait(false);
        var error = await EndOfAsync(context, state.Folder, "err", cancellationToken).ConfigureAwait(false);
        return new ScriptResult(exitCode, output, error, await EndOfAsync(context, state.Folder, "output", cancellationToken).ConfigureAwait(false));
    }

    private static async Task StartAsync(
        string place, string script, IReadOnlyList<string> shell, Secret? input, string? folder, ActivityContext context, CancellationToken cancellationToken)
    {
        var isPrivate = new FileAttributes(Convert.ToInt32("700", 8));
        await context.ScriptAsync("rm -f -- \"$1/output\" \"$1/stdin\"; find \"$1/..\" -mindepth 1 -maxdepth 1 -mtime +7 -exec test -e '{}/exit' ';' -exec rm -rf '{}' +", [place], cancellationToken)
            .ConfigureAwait(false);
        await context.Target.WriteFileAsync($"{place}/script", Encoding.UTF8.GetBytes(script), isPrivate, cancellationToken).ConfigureAwait(false);
        if (input is not null) await context.Target.WriteFileAsync($"{place}/stdin", Encoding.UTF8.GetBytes(input.Reveal()), isPrivate, cancellationToken).ConfigureAwait(false);
        var program = new Command([.. shell, $"{place}/script"])
        {
            Environment = new Dictionary<string, string>(Shell.EnvironmentOf(context)) { [ScriptRun.OutputVariable] = $"{place}/output" }, WorkingDirectory = folder,
        };
        await Supervisor.StartAsync(context, place, program, "", oneLog: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Streams whole lines of the output into the log until the job has ended. Connections may come and go between two looks.</summary>
    private static async Task<int> WaitAsync(string name, string place, ActivityContext context, CancellationToken cancellationToken)
    {
        var seen = new Dictionary<string, int> { ["out"] = 0, ["err"] = 0 };
        var pause = FirstLook;
        while (true)
        {
            var state = await Supervisor.LookAsync(context, name, null, create: false, cancellationToken).ConfigureAwait(false);
            var isOver = state.Status != SupervisedStatus.Running;
            var anything = false;
            foreach (var stream in seen.Keys.ToArray())
            {
                for (var more = true; more; anything |= more) more = await StreamAsync(place, stream, seen, isOver, context, cancellationToken).ConfigureAwait(false);
            }

            if (state.ExitCode is { } exitCode) return exitCode;
            if (isOver) throw await LostAsync(place, context, cancellationToken).ConfigureAwait(false);
            pause = anything ? FirstLook : TimeSpan.FromTicks(Math.Min(LastLook.Ticks, pause.Ticks * 3 / 2));
            await Task.Delay(pause, context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<bool> StreamAsync(string place, string stream, Dictionary<string, int> seen, bool isOver, ActivityContext context, CancellationToken cancellationToken)
    {
        const int most = 1000;
        var from = (seen[stream] + 1).ToString(CultureInfo.InvariantCulture);
        var read = await context.ScriptAsync(
            $"tail -n \"+$2\" \"$1/{stream}\" 2>/dev/null | head -n {most}", [place, from], cancellationToken).ConfigureAwait(false);
        var lines = read.Output.Split('\n');
        foreach (var line in lines[..^1]) context.Log(line);
        seen[stream] += lines.Length - 1;
        if (isOver && lines.Length - 1 < most && lines[^1].Length > 0) context.Log(lines[^1]);
        return lines.Length - 1 == most;
    }

    private static async Task ReportedAsync(string place, ActivityContext context, CancellationToken cancellationToken) =>
        (await context.ScriptAsync("umask 077; printf %s \"$2\" >\"$1/reported\"", [place, context.Attempt.ToString(CultureInfo.InvariantCulture)], cancellationToken).ConfigureAwait(false))
        .OrFail("run.notPrepared", "cannot write the job's folder on the target");

    private static async Task<FailureException> LostAsync(string place, ActivityContext context, CancellationToken cancellationToken)
    {
        await ReportedAsync(place, context, cancellationToken).ConfigureAwait(false);
        return new FailureException(new Failure(
            "run.lost", FailureKind.UnknownOutcome, "the job is gone without an exit code: it was killed, or the machine was restarted", Value.Map(("folder", Value.Of(place))),
            await Supervisor.TailAsync(context, place, null, cancellationToken).ConfigureAwait(false)));
    }

    /// <summary>The end of what the job wrote. The folder stays for a while, so a secret that the script printed is taken out of it; what lies before the end was streamed to the log and goes.</summary>
    private static async Task<string> EndOfAsync(ActivityContext context, string place, string file, CancellationToken cancellationToken)
    {
        const int most = 65536;
        var end = (await context.ScriptAsync($"tail -c {most} \"$1/$2\" 2>/dev/null || :", [place, file], cancellationToken).ConfigureAwait(false)).Output;
        var clean = context.Redact(end);
        if (clean != end || Encoding.UTF8.GetByteCount(end) >= most)
            await context.Target.WriteFileAsync($"{place}/{file}", Encoding.UTF8.GetBytes(clean), new FileAttributes(Convert.ToInt32("600", 8)), cancellationToken).ConfigureAwait(false);
        return clean;
    }
}
