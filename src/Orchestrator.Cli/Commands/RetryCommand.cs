using System.CommandLine;
using Orchestrator.Cli.Inputs;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator retry RUN</c></summary>
internal static class RetryCommand
{
    private static readonly Option<string?> Step = new("--step") { Description = "The step; without one, every step that failed or holds the run", HelpName = "STEP" };
    private static readonly Option<string[]> Input = new("--input") { Description = "Another value for an input of the step; NAME=@FILE reads a file", HelpName = "NAME=VALUE" };

    public static Command Create() => OperatorVerb.Create("retry", "Go on at the step that failed", ActAsync, Step, Input);

    private static Task<int> ActAsync(ParseResult parsed, Session session, RunSummary run, Terminal terminal)
    {
        var faults = new List<string>();
        var inputs = Value.EmptyMap;
        foreach (var (name, content) in GivenInputs.Contents(parsed.GetValue(Input), "--input", terminal, faults)) inputs = inputs.With(name, GivenInputs.FromYaml(content));
        if (faults.Count > 0) return Task.FromResult(terminal.Refuse(ExitCode.Rejected, string.Join("; ", faults)));
        var step = parsed.GetValue(Step);
        var body = Value.Map(("step", Value.Of(step)), ("inputs", inputs));
        return OperatorVerb.AskAsync(new Wish("retry", run.RunId, body, $"run {run.RunId} goes on{(step is null ? "" : $" at {step}")}"), session, parsed, terminal);
    }
}
