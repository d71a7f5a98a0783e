using System.CommandLine;
using System.Reflection;
using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator version</c></summary>
internal static class VersionCommand
{
    /// <summary>Version of this program, for example <c>0.1.0</c>.</summary>
    public static string Version { get; } =
        typeof(VersionCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()!.InformationalVersion.Split('+')[0];

    public static Command Create()
    {
        var command = new Command("version", "Print the version");
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        if (parsed.GetValue(CommonOptions.Json))
            Json.WriteLine(terminal.Output, writer =>
            {
                writer.WriteStartObject();
                writer.WriteString("version", Version);
                writer.WriteString("runtime", Environment.Version.ToString());
                writer.WriteEndObject();
            });
        else
            terminal.Write($"orchestrator {Version}");
        return ExitCode.Done;
    }
}
