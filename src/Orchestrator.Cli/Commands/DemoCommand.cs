using System.CommandLine;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator demo</c></summary>
internal static class DemoCommand
{
    private static readonly Option<bool> Print = new("--print") { Description = "Print the blueprint instead of running it" };

    public static Command Create()
    {
        var command = new Command("demo", "Run a tour of the engine that touches nothing but a temporary folder") { Print };
        foreach (var option in RunCommand.Options) command.Add(option);
        command.SetAction((parsed, _) => RunAsync(parsed));
        return command;
    }

    private static async Task<int> RunAsync(ParseResult parsed)
    {
        using var stream = typeof(DemoCommand).Assembly.GetManifestResourceStream("hello.yaml")!;
        using var content = new MemoryStream();
        await stream.CopyToAsync(content).ConfigureAwait(false);
        var file = new BlueprintFile("hello.yaml", content.ToArray());
        if (!parsed.GetValue(Print)) return await RunCommand.RunAsync(file, parsed).ConfigureAwait(false);
        Terminal.Of(parsed).Write(file.Text.TrimEnd());
        return ExitCode.Done;
    }
}
