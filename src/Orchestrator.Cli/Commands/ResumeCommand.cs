using System.CommandLine;
using Orchestrator.Cli.Progress;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator resume [RUN]</c></summary>
internal static class ResumeCommand
{
    private static readonly Argument<string?> Run = new("RUN") { Description = "The run; without one, every run that has not ended", Arity = ArgumentArity.ZeroOrOne };

    public static Command Create()
    {
        var command = new Command("resume", "Go on with what was left: after a crash, an interruption, a pause") { Run, Following.NoWait };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        await using var session = await Session.OpenToReadAsync(parsed, terminal).ConfigureAwait(false);
        if (parsed.GetValue(Run) is not { } id) return await ResumeAllAsync(session, parsed, terminal).ConfigureAwait(false);
        if (await RunArgument.FindAsync(session, id, terminal).ConfigureAwait(false) is not { } run) return ExitCode.Rejected;
        if (run.Status == RunStatus.Paused)
            return await OperatorVerb.AskAsync(new Wish("resume", run.RunId, Value.EmptyMap, $"run {run.RunId} goes on") { Follow = true }, session, parsed, terminal).ConfigureAwait(false);
        var found = await Following.FoundAsync(session, run.RunId).ConfigureAwait(false);
        await session.TryOwnAsync().ConfigureAwait(false);
        return await Following.FollowAsync(session, run.RunId, parsed, terminal, found).ConfigureAwait(false);
    }

    /// <summary>Follows the live root runs one after the other; they all move meanwhile. The exit code says what became of the worst.</summary>
    private static async Task<int> ResumeAllAsync(Session session, ParseResult parsed, Terminal terminal)
    {
        var query = new RunQuery([RunStatus.Pending, RunStatus.Running, RunStatus.Waiting], Limit: 1000);
        var live = await session.ListRunsAsync(query).ConfigureAwait(false);
        var roots = live.Where(run => run.ParentRunId is null).Reverse().ToList();
        var found = new Dictionary<string, RunSnapshot?>();
        foreach (var run in roots) found[run.RunId] = await Following.FoundAsync(session, run.RunId).ConfigureAwait(false);
        await session.TryOwnAsync().ConfigureAwait(false);
        var codes = new List<int>();
        foreach (var run in roots)
        {
            if (terminal.Interrupted.IsCancellationRequested) break;
            codes.Add(await Following.FollowAsync(session, run.RunId, parsed, terminal, found[run.RunId]).ConfigureAwait(false));
        }

        if (live.Count == 0 && !parsed.GetValue(CommonOptions.Json)) terminal.Write("nothing to resume: every run has ended or is paused");
        if (codes.Contains(ExitCode.Failed)) return ExitCode.Failed;
        return codes.Contains(ExitCode.Unfinished) || terminal.Interrupted.IsCancellationRequested ? ExitCode.Unfinished : ExitCode.Done;
    }
}
