using System.CommandLine;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Diagnostics;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Failures;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator validate FILE…</c></summary>
internal static class ValidateCommand
{
    private static readonly Argument<string[]> Files = new("FILE") { Description = "Blueprints to check; - is standard input", Arity = ArgumentArity.OneOrMore };
    private static readonly Option<DiagnosticFormat?> Format = new("--format") { Description = "text, json or sarif (default: text)", HelpName = "FORMAT" };

    public static Command Create()
    {
        var command = new Command("validate", "Check blueprints: every fault, with its place") { Files, Format };
        command.SetAction(Run);
        return command;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        var format = parsed.GetValue(Format) ?? (parsed.GetValue(CommonOptions.Json) ? DiagnosticFormat.Json : DiagnosticFormat.Text);
        var files = new List<CheckedFile>();
        var unreadable = 0;
        foreach (var path in parsed.GetRequiredValue(Files))
        {
            try
            {
                files.Add(Compiling.Compile(BlueprintFile.Read(path, terminal)).Checked);
            }
            catch (FailureException trouble)
            {
                unreadable++;
                terminal.Refuse(ExitCode.Rejected, trouble.Failure.Message);
            }
        }

        switch (format)
        {
            case DiagnosticFormat.Json: DiagnosticJson.Write(terminal.Output, files); break;
            case DiagnosticFormat.Sarif: DiagnosticSarif.Write(terminal.Output, files, VersionCommand.Version, ExplainCommand.TitleOf); break;
            default: WriteText(files, terminal); break;
        }

        return unreadable > 0 || files.Any(file => file.Errors > 0) ? ExitCode.Rejected : ExitCode.Done;
    }

    private static void WriteText(List<CheckedFile> files, Terminal terminal)
    {
        foreach (var file in files)
        {
            foreach (var line in DiagnosticText.Render(file, terminal.Size().Width)) terminal.Write(line);
            terminal.Write(file.Diagnostics.Count == 0
                ? new TextLine().Add(file.File).Add(": ").Add("ok", Style.Good)
                : new TextLine().Add(file.File).Add(": ").Add(DiagnosticText.Count(file.Errors, file.Warnings), file.Errors > 0 ? Style.Bad : Style.Caution));
        }
    }
}
