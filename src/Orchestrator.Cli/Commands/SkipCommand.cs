using System.CommandLine;
using Orchestrator.Cli.Inputs;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator skip RUN STEP</c></summary>
internal static class SkipCommand
{
    private static readonly Argument<string?> Which = new("STEP") { Description = "The step to take as done", Arity = ArgumentArity.ZeroOrOne };
    private static readonly Option<string?> Step = new("--step") { Description = "The same, as the other verbs name it", HelpName = "STEP" };
    private static readonly Option<string?> Output = new("--value") { Description = "Its outputs for later steps: JSON or YAML, or @FILE", HelpName = "VALUE" };

    public static Command Create() => OperatorVerb.Create("skip", "Take a step that failed or waits as done", ActAsync, Which, Step, Output);

    private static Task<int> ActAsync(ParseResult parsed, Session session, RunSummary run, Terminal terminal)
    {
        if ((parsed.GetValue(Which) ?? parsed.GetValue(Step)) is not { } step)
            return Task.FromResult(terminal.Refuse(ExitCode.Rejected, "which step is to be taken as done?", "orchestrator skip RUN STEP; the steps: orchestrator runs show RUN"));
        var faults = new List<string>();
        var text = parsed.GetValue(Output) is { } given ? GivenInputs.Content("--value", given, terminal, faults) : "";
        if (faults.Count > 0) return Task.FromResult(terminal.Refuse(ExitCode.Rejected, faults[0]));
        var output = text is { Length: > 0 } ? GivenInputs.FromYaml(text) : Value.EmptyMap;
        var body = Value.Map(("step", Value.Of(step)), ("value", output));
        return OperatorVerb.AskAsync(new Wish("skip", run.RunId, body, $"{step} counts as done"), session, parsed, terminal);
    }
}
