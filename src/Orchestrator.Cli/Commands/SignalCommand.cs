using System.CommandLine;
using Orchestrator.Cli.Inputs;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator signal RUN NAME</c></summary>
internal static class SignalCommand
{
    private static readonly Argument<string> Name = new("NAME") { Description = "The signal" };
    private static readonly Option<string?> Payload = new("--payload") { Description = "What it carries: JSON or YAML, or @FILE", HelpName = "VALUE" };
    private static readonly Option<string?> Key = new("--key") { Description = "Counts once per run and key; without one, every signal counts", HelpName = "KEY" };

    private static readonly Option<bool> Wait = new("--wait") { Description = "Stay with the run until it ends" };

    public static Command Create() => OperatorVerb.Create("signal", "Send a signal to a run that waits, or will wait, for it", ActAsync, Name, Payload, Key, Wait);

    private static Task<int> ActAsync(ParseResult parsed, Session session, RunSummary run, Terminal terminal)
    {
        var faults = new List<string>();
        var text = parsed.GetValue(Payload) is { } given ? GivenInputs.Content("--payload", given, terminal, faults) : "";
        if (faults.Count > 0) return Task.FromResult(terminal.Refuse(ExitCode.Rejected, faults[0]));
        var payload = text is { Length: > 0 } ? GivenInputs.FromYaml(text) : Value.Null;
        var name = parsed.GetRequiredValue(Name);
        var body = Value.Map(("name", Value.Of(name)), ("payload", payload));
        return OperatorVerb.AskAsync(new Wish("signal", run.RunId, body, $"run {run.RunId} has the signal {name}") { Key = parsed.GetValue(Key), Follow = parsed.GetValue(Wait), Leave = !parsed.GetValue(Wait) }, session, parsed, terminal);
    }
}
