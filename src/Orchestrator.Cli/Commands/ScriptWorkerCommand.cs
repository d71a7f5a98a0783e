using System.CommandLine;
using Orchestrator.Activities.Scripting;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator script-worker</c>: the process that runs scripts for an engine; no verb for people.</summary>
internal static class ScriptWorkerCommand
{
    public static Command Create()
    {
        var command = new Command(WorkerCommand.Verb, "Run scripts from standard input for an engine") { Hidden = true };
        command.SetAction((_, _) => ScriptWorker.RunAsync(Console.OpenStandardInput(), Console.OpenStandardOutput(), TimeProvider.System));
        return command;
    }
}
