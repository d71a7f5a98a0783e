using System.CommandLine;
using System.Globalization;
using Orchestrator.Cli.Progress;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Api;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator logs RUN</c></summary>
internal static class LogsCommand
{
    private static readonly Option<bool> Follow = new("--follow", "-f") { Description = "Go on until the run ends" };
    private static readonly Option<string?> Step = new("--step") { Description = "Only this step, or the steps below it", HelpName = "STEP" };

    public static Command Create()
    {
        var command = new Command("logs", "Print the log of a run and of its child runs") { RunArgument.Run, Follow, Step };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        await using var session = await Session.OpenToReadAsync(parsed, terminal).ConfigureAwait(false);
        if (await RunArgument.FindAsync(session, parsed, terminal).ConfigureAwait(false) is not { } run) return ExitCode.Rejected;
        var tree = new LogTree(session, run.RunId);
        while (true)
        {
            // Looked at before the lines are read: what is written before the end is then surely printed.
            var current = await session.FindRunAsync(run.RunId).ConfigureAwait(false);
            var step = parsed.GetValue(Step);
            foreach (var (line, name) in await tree.ReadAsync().ConfigureAwait(false))
                if (step is null || Concerns(line.Step, step) || Concerns(name, step)) Print(line, name, parsed.GetValue(CommonOptions.Json), terminal);
            terminal.Output.Flush();
            if (!parsed.GetValue(Follow) || current?.CompletedAt is not null || terminal.Interrupted.IsCancellationRequested) return ExitCode.Done;
            await terminal.PauseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>A step, its items and whatever lies below them.</summary>
    private static bool Concerns(string key, string step) =>
        key.StartsWith(step, StringComparison.Ordinal) && (key.Length == step.Length || key[step.Length] is '[' or '/');

    private static void Print(StoredLogLine line, string name, bool json, Terminal terminal)
    {
        if (json)
        {
            Json.WriteLine(terminal.Output, writer => HistoryJson.Write(writer, line));
            return;
        }

        var at = line.At.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        terminal.Write(new TextLine().Add(at, Style.Faint).Add("  ").Add(name, Style.Active).Add(" | ", Style.Faint).Add(Cells.WithoutColours(line.Line)));
    }
}
