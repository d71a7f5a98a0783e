using System.CommandLine;
using System.Text.Json;
using Orchestrator.Cli.Progress;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Cli.Times;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Api;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator runs [show RUN]</c></summary>
internal static class RunsCommand
{
    private static readonly Option<RunStatus[]> Status = new("--status") { Description = "Only these: pending, running, waiting, paused, completed, failed, cancelled", HelpName = "STATUS" };
    private static readonly Option<string?> Blueprint = new("--blueprint") { Description = "Only runs of this blueprint", HelpName = "NAME" };
    private static readonly Option<int> Limit = new("--limit") { Description = "At most this many, newest first", HelpName = "N", DefaultValueFactory = _ => 20 };

    public static Command Create()
    {
        var show = new Command("show", "Show one run: its steps, how they stand, outputs") { RunArgument.Run };
        show.SetAction((parsed, _) => ShowAsync(parsed));
        var list = new Command("list", "The same as without a word: list runs") { Status, Blueprint, Limit };
        list.SetAction((parsed, _) => ListAsync(parsed));
        var command = new Command("runs", "List runs, or show one") { Status, Blueprint, Limit, list, show };
        Limit.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && int.TryParse(result.Tokens[0].Value, out var limit) && limit is < 1 or > 1000) result.AddError("--limit: expected 1 to 1000");
        });
        command.SetAction((parsed, _) => ListAsync(parsed));
        return command;
    }

    private static async Task<int> ListAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        await using var session = await Session.OpenToReadAsync(parsed, terminal).ConfigureAwait(false);
        var asked = parsed.GetValue(Status);
        var query = new RunQuery(asked is { Length: > 0 } ? asked : null, Limit: parsed.GetValue(Limit)) { Blueprints = parsed.GetValue(Blueprint) is { } blueprint ? [blueprint] : null };
        var runs = await session.ListRunsAsync(query).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json))
        {
            foreach (var run in runs) Json.WriteLine(terminal.Output, writer => RunJson.Write(writer, run));
            return ExitCode.Done;
        }

        if (runs.Count == 0) terminal.Write("no runs");
        else WriteTable(runs, terminal);
        return ExitCode.Done;
    }

    private static void WriteTable(IReadOnlyList<RunSummary> runs, Terminal terminal)
    {
        var now = terminal.Time.GetUtcNow();
        var table = new Table("RUN", "BLUEPRINT", "STATUS", "STARTED", "TOOK", "NOTE");
        foreach (var run in runs)
        {
            var (word, style) = RunLines.StatusWord(run.Status);
            table.Add(
                (run.RunId, Style.Strong), (run.Blueprint, Style.Plain), (word, style), (HumanTime.Ago(now - run.CreatedAt), Style.Plain),
                (HumanTime.Precise((run.CompletedAt ?? now) - run.CreatedAt), Style.Plain), (run.Attention ?? "", Style.Caution));
        }

        foreach (var line in table.Lines()) terminal.Write(terminal.IsInteractive ? line.Clip(terminal.Size().Width) : line);
    }

    private static async Task<int> ShowAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        await using var session = await Session.OpenToReadAsync(parsed, terminal).ConfigureAwait(false);
        if (await RunArgument.FindAsync(session, parsed, terminal).ConfigureAwait(false) is not { } run) return ExitCode.Rejected;
        var snapshot = await new RunReader(withLogs: false).ReadAsync(session, run.RunId).ConfigureAwait(false);
        if (snapshot is null) return terminal.Refuse(ExitCode.Rejected, $"run {run.RunId} has no journal");
        if (parsed.GetValue(CommonOptions.Json))
        {
            Json.WriteLine(terminal.Output, (Utf8JsonWriter writer) => RunJson.Write(writer, snapshot.Root));
            return ExitCode.Done;
        }

        var now = terminal.Time.GetUtcNow();
        foreach (var line in RunTimeline.Render(snapshot, now).Concat(Recoveries.Lines(snapshot)).Concat(RunEnding.Lines(snapshot, now, NextCommand.In(session, terminal)))) terminal.Write(line);
        return ExitCode.Done;
    }
}
