using System.CommandLine;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Inputs;
using Orchestrator.Cli.Progress;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Planning;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Api;
using Orchestrator.Stores.Secrets;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator plan FILE</c></summary>
internal static class PlanCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "The blueprint; - is standard input" };

    public static Command Create()
    {
        var command = new Command("plan", "Show what a run would change: reads the targets, changes nothing") { File, GivenInputs.Set, GivenInputs.Files };
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    /// <summary>Plans and prints. 0 when every step could be planned, 1 when one would fail or its target cannot be reached.</summary>
    public static async Task<int> PrintAsync(ReadyToRun ready, ParseResult parsed, Terminal terminal)
    {
        var report = await ReportAsync(ready, parsed, terminal).ConfigureAwait(false);
        if (parsed.GetValue(CommonOptions.Json)) Json.WriteLine(terminal.Output, writer => PlanJson.Write(writer, report));
        else
            foreach (var line in PlanLines.Render(report)) terminal.Write(line);
        return report.Totals.Keys.Any(state => state is PlanState.WouldFail or PlanState.TargetUnreachable) ? ExitCode.Failed : ExitCode.Done;
    }

    private static async Task<PlanReport> ReportAsync(ReadyToRun ready, ParseResult parsed, Terminal terminal)
    {
        if (await ServerSession.FindAsync(parsed, terminal).ConfigureAwait(false) is { } server)
        {
            await using (server.ConfigureAwait(false)) return await server.PlanAsync(ready).ConfigureAwait(false);
        }

        // Planning leaves no trace, not even an empty store: one is only opened when it is there.
        var folder = DataFolder.Find(parsed.GetValue(CommonOptions.Data), terminal);
        IStore store = System.IO.File.Exists(folder.Store)
            ? await SqliteStore.OpenAsync(folder.Store, asOwner: false, cancellationToken: terminal.Interrupted).ConfigureAwait(false)
            : new InMemoryStore();
        await using (store.ConfigureAwait(false))
        {
            return await LocalPlan.PlanAsync(store, () => FileSeal.Open(folder.Path), ready, terminal).ConfigureAwait(false);
        }
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        return ReadyToRun.Prepare(BlueprintFile.Read(parsed.GetRequiredValue(File), terminal), parsed, terminal) is { } ready
            ? await PrintAsync(ready, parsed, terminal).ConfigureAwait(false)
            : ExitCode.Rejected;
    }
}
