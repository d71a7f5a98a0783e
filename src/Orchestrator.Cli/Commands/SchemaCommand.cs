using System.CommandLine;
using Orchestrator.Blueprints.Schemas;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator schema</c></summary>
internal static class SchemaCommand
{
    public static Command Create()
    {
        var command = new Command("schema", "Print the JSON Schema of blueprints, for editors");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        Terminal.Of(parsed).Write(JsonSchemaWriter.Write(Compiling.Catalog).TrimEnd());
        return ExitCode.Done;
    }
}
