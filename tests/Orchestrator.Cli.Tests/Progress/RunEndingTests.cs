using Orchestrator.Cli.Progress;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Tests.Progress;

public sealed class RunEndingTests
{
    [Fact]
    public void Lines_EverythingWasSo_SaysThatNothingChanged()
    {
        var run = Runs.Run(
            RunStatus.Completed, Runs.Step("a", StepStatus.Completed, from: 0, to: 1) with { Changed = false }, Runs.Step("b", StepStatus.Completed, from: 0, to: 1) with { Changed = false },
            Runs.Step("c", StepStatus.Skipped), Runs.Step("w", StepStatus.Completed, "Orchestrator.Wait", 1, 2)) with { CompletedAt = Runs.At(2) };

        Assert.Equal(["completed in 2.0s: 2 steps, 0 changed, 2 already so", "nothing changed: all 2 steps were already so"], Lines(run));
    }

    [Fact]
    public void Lines_OutputsWithASecret_NeverShowIt()
    {
        var outputs = Value.Map(("url", Value.Of("https://h/")), ("token", new SecretValue(Secret.FromPlainText("canary"))));
        var run = Runs.Run(RunStatus.Completed, Runs.Step("a", StepStatus.Completed, from: 0, to: 1) with { Changed = true }) with { CompletedAt = Runs.At(2), Outputs = outputs };

        Assert.Equal(["completed in 2.0s: 1 step, 1 changed, 0 already so", "outputs:", "  url: https://h/", "  token: ***"], Lines(run));
    }

    [Fact]
    public void Lines_Paused_NamesTheInnermostStepTheLogAndTheCommands()
    {
        var run = Runs.Run(RunStatus.Paused, Runs.Step("all", StepStatus.Paused, "Orchestrator.Block", 1) with
        {
            Children = [Runs.Step("deploy", StepStatus.Paused, "http.request", 1) with { Failure = Runs.Refused }],
        });

        Assert.Equal(
            """
            paused at deploy (boot:12): http.refused: connection refused
              | GET http://127.0.0.1:1/
              | refused
            go on with
              orchestrator retry r1a2b3c4                       once the cause is gone; --input name=value changes an input of the step
              orchestrator skip r1a2b3c4 --step deploy          takes the step as done; --value JSON is its output
              orchestrator cancel r1a2b3c4                      ends the run
            """.Split('\n'),
            Lines(run));
    }

    [Fact]
    public void Lines_WaitingForAPerson_NamesTheCommand()
    {
        var run = Runs.Run(RunStatus.Waiting, Runs.Step("go", StepStatus.Waiting, "Orchestrator.Approve", 1) with
        {
            Wait = new WaitView("approval", "approval: deploy to production?", null, Runs.At(3600), Runs.At(1)),
        });

        Assert.Contains(Lines(run), line => line.StartsWith("  orchestrator approve r1a2b3c4 --step go", StringComparison.Ordinal));
    }

    private static IReadOnlyList<string> Lines(RunView run) => [.. RunEnding.Lines(new RunSnapshot(run), Runs.At(2)).Select(line => line.ToString())];
}
