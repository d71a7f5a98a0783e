using System.CommandLine;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Commands;

/// <summary><c>orchestrator approve RUN</c></summary>
internal static class ApproveCommand
{
    private static readonly Option<string?> Step = new("--step") { Description = "The step; needed when several wait for an answer", HelpName = "STEP" };
    private static readonly Option<bool> Deny = new("--deny") { Description = "Say no" };
    private static readonly Option<string?> Comment = new("--comment") { Description = "Why; kept with the answer", HelpName = "TEXT" };

    public static Command Create() => OperatorVerb.Create("approve", "Answer a step that waits for a person", ActAsync, Step, Deny, Comment);

    private static Task<int> ActAsync(ParseResult parsed, Session session, RunSummary run, Terminal terminal)
    {
        var approved = !parsed.GetValue(Deny);
        var body = Value.Map(("approved", Value.Of(approved)), ("step", Value.Of(parsed.GetValue(Step))), ("comment", Value.Of(parsed.GetValue(Comment))));
        return OperatorVerb.AskAsync(new Wish("approve", run.RunId, body, approved ? "approved" : "denied"), session, parsed, terminal);
    }
}
