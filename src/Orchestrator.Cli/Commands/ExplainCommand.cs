using System.CommandLine;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator explain CODE</c></summary>
internal static class ExplainCommand
{
    private static readonly Argument<string?> Code = new("CODE") { Description = "A code such as BP2104; without one, all codes", Arity = ArgumentArity.ZeroOrOne };

    public static Command Create()
    {
        var command = new Command("explain", "Explain a diagnostic: what it means, an example, how to mend it") { Code };
        command.SetAction(Run);
        return command;
    }

    /// <summary>Title of a code's page, or null.</summary>
    public static string? TitleOf(string code)
    {
        var first = DiagnosticPages.Find(code)?.Split('\n', 2)[0].TrimStart('#', ' ').Trim();
        return first is not null && first.StartsWith(code, StringComparison.Ordinal) ? first[code.Length..].TrimStart(':', ' ') : first;
    }

    private static int Run(ParseResult parsed)
    {
        var terminal = Terminal.Of(parsed);
        if (parsed.GetValue(Code) is not { } asked)
        {
            foreach (var code in DiagnosticPages.Codes) terminal.Write(new TextLine().Add(code, Style.Strong).Add($"  {TitleOf(code)}"));
            return ExitCode.Done;
        }

        if (DiagnosticPages.Find(asked) is { } page)
        {
            terminal.Write(page.TrimEnd());
            return ExitCode.Done;
        }

        return terminal.Refuse(
            ExitCode.Rejected, $"there is no diagnostic {asked}.{Spelling.DidYouMean(asked.ToUpperInvariant(), DiagnosticPages.Codes)}", "all codes: orchestrator explain");
    }
}
