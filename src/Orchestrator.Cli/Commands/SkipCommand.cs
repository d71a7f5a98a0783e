using System.CommandLine;
using Orchestrator.Cli.Inputs;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator skip RUN --step STEP</c></summary>
internal static class SkipCommand
{
    private static readonly Option<string> Step = new("--step") { Description = "The step to take as done", HelpName = "STEP", Required = true };
    private static readonly Option<string?> Output = new("--value") { Description = "Its outputs for later steps: JSON or YAML, or @FILE", HelpName = "VALUE" };

    public static Command Create() => OperatorVerb.Create("skip", "Take a step that failed or waits as done", ActAsync, Step, Output);

    private static Task<int> ActAsync(ParseResult parsed, Session session, RunSummary run, Terminal terminal)
    {
        var faults = new List<string>();
        var text = parsed.GetValue(Output) is { } given ? GivenInputs.Content("--value", given, terminal, faults) : "";
        if (faults.Count > 0) return Task.FromResult(terminal.Refuse(ExitCode.Rejected, faults[0]));
        var output = text is { Length: > 0 } ? GivenInputs.FromYaml(text) : Value.EmptyMap;
        var step = parsed.GetRequiredValue(Step);
        var body = Value.Map(("step", Value.Of(step)), ("value", output));
        return OperatorVerb.AskAsync(new Wish("skip", run.RunId, body, $"{step} counts as done"), session, parsed, terminal);
    }
}
