using System.CommandLine;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator cancel RUN</c> and <c>orchestrator terminate RUN</c></summary>
internal static class CancelCommand
{
    private static readonly Option<string?> Reason = new("--reason") { Description = "Why; kept in the journal", HelpName = "TEXT" };

    public static Command Create() => OperatorVerb.Create("cancel", "End a run in good order: steps stop, `always` still runs", CancelAsync, Reason);

    public static Command CreateTerminate() => OperatorVerb.Create("terminate", "End a run at once: nothing is undone or cleaned up", TerminateAsync, Reason);

    private static Task<int> CancelAsync(ParseResult parsed, Session session, RunSummary run, Terminal terminal) =>
        EndAsync("cancel", $"run {run.RunId} is being cancelled", parsed, session, run, terminal);

    private static Task<int> TerminateAsync(ParseResult parsed, Session session, RunSummary run, Terminal terminal) =>
        EndAsync("terminate", $"run {run.RunId} is terminated", parsed, session, run, terminal);

    private static async Task<int> EndAsync(string kind, string done, ParseResult parsed, Session session, RunSummary run, Terminal terminal)
    {
        var body = Value.Map(("reason", Value.Of(parsed.GetValue(Reason))));
        var code = await OperatorVerb.AskAsync(new Wish(kind, run.RunId, body, done), session, parsed, terminal).ConfigureAwait(false);
        if (code != ExitCode.Failed || run.CompletedAt is not null) return code;
        // A run that ended cancelled is what was asked for, so it is no failure of this verb.
        var now = await session.FindRunAsync(run.RunId).ConfigureAwait(false);
        return now?.Status == RunStatus.Cancelled ? ExitCode.Done : code;
    }
}
