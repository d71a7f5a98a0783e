using System.CommandLine;
using System.Globalization;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator logs RUN</c></summary>
internal static class LogsCommand
{
    private const int Batch = 1000;

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
        var printed = new Dictionary<string, long>();
        while (true)
        {
            // Looked at before the lines are read: what is written before the end is then surely printed.
            var current = await session.Store.FindRunAsync(run.RunId, CancellationToken.None).ConfigureAwait(false);
            await PrintAsync(session.Store, run.RunId, printed, parsed, terminal).ConfigureAwait(false);
            if (!parsed.GetValue(Follow) || current?.CompletedAt is not null || terminal.Interrupted.IsCancellationRequested) return ExitCode.Done;
            await terminal.PauseAsync().ConfigureAwait(false);
        }
    }

    private static async Task PrintAsync(IStore store, string runId, Dictionary<string, long> printed, ParseResult parsed, Terminal terminal)
    {
        var lines = new List<StoredLogLine>();
        await foreach (var (run, _) in TreeAsync(store, runId).ConfigureAwait(false))
        {
            while (await store.ReadLogAsync(run, printed.GetValueOrDefault(run), Batch, CancellationToken.None).ConfigureAwait(false) is { Count: > 0 } batch)
            {
                lines.AddRange(batch);
                printed[run] = batch[^1].Number;
            }
        }

        var step = parsed.GetValue(Step);
        foreach (var line in lines.Where(line => step is null || Concerns(line.Step, step)).OrderBy(line => line.At).ThenBy(line => line.Number))
            Print(line, runId, parsed.GetValue(CommonOptions.Json), terminal);
        terminal.Output.Flush();
    }

    /// <summary>A step, its items and whatever lies below them.</summary>
    private static bool Concerns(string key, string step) =>
        key.StartsWith(step, StringComparison.Ordinal) && (key.Length == step.Length || key[step.Length] is '[' or '/');

    private static async IAsyncEnumerable<(string RunId, int Depth)> TreeAsync(IStore store, string runId, int depth = 0)
    {
        yield return (runId, depth);
        foreach (var child in await store.ListRunsAsync(new RunQuery(ParentRunId: runId, Limit: Batch), CancellationToken.None).ConfigureAwait(false))
            await foreach (var inner in TreeAsync(store, child.RunId, depth + 1).ConfigureAwait(false))
                yield return inner;
    }

    private static void Print(StoredLogLine line, string root, bool json, Terminal terminal)
    {
        if (json)
        {
            Json.WriteLine(terminal.Output, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("runId", line.RunId);
                writer.WriteNumber("number", line.Number);
                writer.WriteString("at", line.At);
                writer.WriteString("step", line.Step);
                writer.WriteNumber("attempt", line.Attempt);
                writer.WriteString("line", line.Line);
                writer.WriteEndObject();
            });
            return;
        }

        var at = line.At.UtcDateTime.ToString("HH:mm:ss.fff", CultureInfo.InvariantCulture);
        var step = line.RunId == root ? line.Step : $"{line.RunId}/{line.Step}";
        terminal.Write(new TextLine().Add(at, Style.Faint).Add("  ").Add(step, Style.Active).Add(" | ", Style.Faint).Add(Cells.WithoutColours(line.Line)));
    }
}
