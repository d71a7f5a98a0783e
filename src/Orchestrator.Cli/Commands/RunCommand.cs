using System.CommandLine;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Inputs;
using Orchestrator.Cli.Progress;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator run FILE</c></summary>
internal static class RunCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "The blueprint; - is standard input" };
    private static readonly Option<bool> Plan = new("--plan", "--dry-run") { Description = "Show what would change, and change nothing" };
    private static readonly Option<string?> Key = new("--key") { Description = "Idempotency key: a second start with it follows the first run", HelpName = "KEY" };
    private static readonly Option<string[]> Labels = new("--label") { Description = "A label of the run", HelpName = "NAME=VALUE" };

    /// <summary>Options of every verb that starts a run.</summary>
    public static IReadOnlyList<Option> Options { get; } = [GivenInputs.Set, GivenInputs.Files, Key, Labels, Following.NoWait, Plan];

    public static Command Create()
    {
        var command = new Command("run", "Run a blueprint and show how it goes") { File };
        foreach (var option in Options) command.Add(option);
        command.SetAction((parsed, _) => RunAsync(BlueprintFile.Read(parsed.GetRequiredValue(File), Terminal.Of(parsed)), parsed));
        return command;
    }

    /// <summary>Compiles, checks the inputs, starts and follows.</summary>
    public static async Task<int> RunAsync(BlueprintFile file, ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        if (ReadyToRun.Prepare(file, parsed, terminal) is not { } ready) return ExitCode.Rejected;
        if (parsed.GetValue(Plan)) return await PlanCommand.PrintAsync(ready, parsed, terminal).ConfigureAwait(false);

        var faults = new List<string>();
        var labels = GivenInputs.Pairs(parsed.GetValue(Labels) ?? [], "--label", faults).ToDictionary(pair => pair.Name, pair => pair.Text);
        if (faults.Count > 0) return terminal.Refuse(ExitCode.Rejected, string.Join("; ", faults));

        await using var session = await Session.OpenAsync(parsed, terminal).ConfigureAwait(false);
        var run = await session.StartAsync(ready, parsed.GetValue(Key), labels).ConfigureAwait(false);
        if (run.Existing) terminal.Error.WriteLine($"run {run.RunId} was started with this key before; following it");
        return await Following.FollowAsync(session, run.RunId, parsed, terminal, folder: Path.GetDirectoryName(file.Name) ?? "").ConfigureAwait(false);
    }
}
