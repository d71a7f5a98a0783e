using System.CommandLine;
using System.CommandLine.Invocation;
using Orchestrator.Cli.Commands;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Failures;

namespace Orchestrator.Cli;

/// <summary>The <c>orchestrator</c> command: every verb, and what happens to whatever a verb throws.</summary>
internal static class CommandLine
{
    // Built once: a symbol of System.CommandLine remembers every parent it ever got.
    private static readonly Lazy<RootCommand> Root = new(Build);

    /// <summary>Parses, runs the verb and gives the exit code of the process.</summary>
    public static async Task<int> InvokeAsync(IReadOnlyList<string> arguments, Terminal terminal)
    {
        var parsed = Root.Value.Parse(arguments);
        if (parsed.GetValue(CommonOptions.Plain)) terminal.Colours = false;
        if (parsed.Errors.Count > 0)
        {
            if (parsed.Action is ParseErrorAction errors) errors.ShowHelp = false;
            parsed.Invoke(terminal);
            terminal.Error.WriteLine($"   = see: orchestrator {(parsed.CommandResult.Command is RootCommand ? "" : parsed.CommandResult.Command.Name + " ")}--help");
            return ExitCode.Rejected;
        }

        try
        {
            return await parsed.InvokeAsync(terminal, CancellationToken.None).ConfigureAwait(false);
        }
        catch (FailureException trouble)
        {
            return terminal.Refuse(CodeOf(trouble.Failure), $"{trouble.Failure.Message} ({trouble.Failure.Code})");
        }
        catch (OperationCanceledException) when (terminal.Interrupted.IsCancellationRequested)
        {
            return terminal.Refuse(ExitCode.Unfinished, "interrupted");
        }
    }

    private static int CodeOf(Failure failure) => failure.Code.Split('.')[0] switch
    {
        "store" or "secret" or "server" => ExitCode.Unreachable,
        "file" or "run" => ExitCode.Rejected,
        _ => ExitCode.Failed,
    };

    private static RootCommand Build()
    {
        var root = new RootCommand("Runs blueprints: durable workflows for infrastructure.");
        foreach (var option in CommonOptions.All) root.Add(option);
        foreach (var command in Verbs()) root.Add(command);
        return root;
    }

    private static IEnumerable<Command> Verbs() =>
    [
        RunCommand.Create(), PlanCommand.Create(), ValidateCommand.Create(), CompileCommand.Create(), RunsCommand.Create(), LogsCommand.Create(), ResumeCommand.Create(),
        RetryCommand.Create(), SkipCommand.Create(), AlterCommand.Create(), ApproveCommand.Create(), SignalCommand.Create(), CancelCommand.Create(), CancelCommand.CreateTerminate(),
        SecretsCommand.Create(), TokensCommand.Create(), LoginCommand.Create(), ActivitiesCommand.Create(), SchemaCommand.Create(), ExplainCommand.Create(), ServeCommand.Create(), DemoCommand.Create(), VersionCommand.Create(),
            ScriptWorkerCommand.Create(),
    ];
}
