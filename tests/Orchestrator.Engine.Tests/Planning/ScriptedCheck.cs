using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Planning;

/// <summary>An activity whose look at the world is written in its input. Applying it fails the test: a plan changes nothing.</summary>
[Activity("scripted.check", Effect.Idempotent, "Answer as the input says", Example = "- id: a\n  uses: scripted.check@1")]
internal sealed class ScriptedCheck : Activity<ScriptedCheckInput, ScriptedCheckOutput>
{
    protected override async Task<Check<ScriptedCheckOutput>> CheckAsync(ScriptedCheckInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var output = new ScriptedCheckOutput { Text = input.Text, Target = context.Target.Address };
        switch (input.Finds)
        {
            case "satisfied": return Check<ScriptedCheckOutput>.Satisfied(output);
            case "differs": return Check<ScriptedCheckOutput>.Differs(new Change(input.Text, "old", $"new {input.Token?.Reveal()}"));
            case "foretold": return Check<ScriptedCheckOutput>.Differs(new Change(input.Text, null, "new")) with { Output = output };
            case "unknown": return Check<ScriptedCheckOutput>.Unknown("runs each time");
            case "fails": throw new FailureException("scripted.missing", FailureKind.Permanent, $"docker is not installed {input.Token?.Reveal()}");
            case "hangs":
                await Task.Delay(Timeout.InfiniteTimeSpan, cancellationToken);
                throw new InvalidOperationException("unreachable");
            default: throw new InvalidOperationException("a bug");
        }
    }

    protected override Task<Outcome<ScriptedCheckOutput>> ApplyAsync(ScriptedCheckInput input, ActivityContext context, CancellationToken cancellationToken) =>
        throw new InvalidOperationException("a plan must not apply anything");
}

internal sealed record ScriptedCheckInput
{
    [Field("What looking finds.")]
    public string Finds { get; init; } = "satisfied";

    [Field("Given back.")]
    public string Text { get; init; } = "";

    [Field("A secret.")]
    public Secret? Token { get; init; }
}

internal sealed record ScriptedCheckOutput
{
    [Field("The input.")]
    public string Text { get; init; } = "";

    [Field("Address of the target.")]
    public string Target { get; init; } = "";
}
