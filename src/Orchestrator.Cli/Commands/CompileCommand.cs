using System.CommandLine;
using System.Text;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator compile FILE</c></summary>
internal static class CompileCommand
{
    private static readonly Argument<string> File = new("FILE") { Description = "The blueprint; - is standard input" };

    public static Command Create()
    {
        var command = new Command("compile", "Print the definition a blueprint compiles to (Elsa 3 JSON)") { File };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        var file = BlueprintFile.Read(parsed.GetRequiredValue(File), terminal);
        if (Compiling.CompileOrPrint(file, terminal, parsed.GetValue(CommonOptions.Json)) is not { } definition) return ExitCode.Rejected;
        terminal.Write(Encoding.UTF8.GetString(DefinitionJson.Write(definition)).TrimEnd());
        return ExitCode.Done;
    }
}
