using System.CommandLine;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Cli.Sessions;

/// <summary>The run that a verb is about.</summary>
internal static class RunArgument
{
    private const int ShortestPrefix = 4;

    /// <summary>The argument.</summary>
    public static readonly Argument<string> Run = new("RUN") { Description = "Id of the run, or its first letters (at least 4)" };

    /// <summary>The run; null when there is none, and that was printed.</summary>
    public static Task<RunSummary?> FindAsync(Session session, ParseResult parsed, Terminal terminal) => FindAsync(session, parsed.GetRequiredValue(Run), terminal);

    /// <summary>The run by id or prefix; null when there is none, and that was printed.</summary>
    public static async Task<RunSummary?> FindAsync(Session session, string id, Terminal terminal)
    {
        if (await session.FindRunAsync(id).ConfigureAwait(false) is { } run) return run;
        var why = id.Length < ShortestPrefix ? $"a prefix needs at least {ShortestPrefix} letters" : "no id begins so, or several do";
        terminal.Refuse(ExitCode.Rejected, $"there is no run {id}: {why}", "all runs: orchestrator runs");
        return null;
    }
}
