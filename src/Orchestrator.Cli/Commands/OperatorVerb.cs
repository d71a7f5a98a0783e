using System.CommandLine;
using Orchestrator.Cli.Progress;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Cli.Commands;

/// <summary>
/// What signal, approve, cancel, terminate, retry, skip and alter have in common: the request is a row in the inbox, the owner of the store applies or refuses it, and its answer is printed. When
/// nobody owns the store this process does for the moment, and then drives the run on.
/// </summary>
internal static class OperatorVerb
{
    private static readonly Option<bool> Leave = new("--no-wait") { Description = "Do not stay with the run" };

    /// <summary>Makes the verb's command: RUN, its own symbols, <c>--no-wait</c>.</summary>
    public static Command Create(string name, string description, Func<ParseResult, Session, RunSummary, Terminal, Task<int>> act, params IReadOnlyList<Symbol> symbols)
    {
        var command = new Command(name, description) { RunArgument.Run };
        foreach (var symbol in symbols)
        {
            if (symbol is Argument argument) command.Add(argument);
            else command.Add((Option)symbol);
        }

        command.Add(Leave);
        command.SetAction(async (parsed, _) =>
        {
            var terminal = Terminal.Of(parsed);
            await using var session = await Session.OpenToReadAsync(parsed, terminal).ConfigureAwait(false);
            return await RunArgument.FindAsync(session, parsed, terminal).ConfigureAwait(false) is { } run
                ? await act(parsed, session, run, terminal).ConfigureAwait(false)
                : ExitCode.Rejected;
        });
        return command;
    }

    /// <summary>Asks, prints the answer, and goes on with the run.</summary>
    public static Task<int> AskAsync(Wish wish, Session session, ParseResult parsed, Terminal terminal) => AskAsync([wish], session, parsed, terminal);

    /// <summary>Asks for several things of one run, one after the other until one is refused, prints the answers, and goes on with the run.</summary>
    public static async Task<int> AskAsync(IReadOnlyList<Wish> wishes, Session session, ParseResult parsed, Terminal terminal)
    {
        var last = wishes[^1];
        // Looked at before anything moves: an engine that opens drives every run on.
        var found = await Following.FoundAsync(session, last.RunId).ConfigureAwait(false);
        await session.TryOwnAsync().ConfigureAwait(false);
        foreach (var wish in wishes)
        {
            var answer = await session.AskAsync(wish).ConfigureAwait(false);
            switch (answer.Outcome)
            {
                case OperatorOutcome.Refused: return terminal.Refuse(ExitCode.Failed, answer.Reason ?? "the run refused");
                case OperatorOutcome.Posted: return terminal.Refuse(ExitCode.Unreachable, "the process that owns the store has not answered yet; the request is on disk and will be applied");
                case OperatorOutcome.Duplicate when !parsed.GetValue(CommonOptions.Json): terminal.Write($"{answer.Reason}; it counts once"); break;
                case OperatorOutcome.Done when !parsed.GetValue(CommonOptions.Json): terminal.Write(wish.Done); break;
            }
        }

        // While another process drives the run, asking is all there is to do; who resumes wants to see it go on.
        if (last.Leave || (!session.Drives && !last.Follow) || parsed.GetValue(Leave))
        {
            // Nobody else owns the store, so what the request set off must come to rest before this process goes.
            await session.LingerAsync().ConfigureAwait(false);
            return ExitCode.Done;
        }

        return await Following.FollowAsync(session, last.RunId, parsed, terminal, found).ConfigureAwait(false);
    }
}
