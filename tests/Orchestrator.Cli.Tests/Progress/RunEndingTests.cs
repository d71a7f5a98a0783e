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
            paused at deploy (blueprints/boot.yaml:12): http.refused: connection refused
              | GET http://127.0.0.1:1/
              | refused
            go on with
              orchestrator retry r1a2b3c4 --data '/srv/my data'                      # once the cause is gone
              orchestrator retry r1a2b3c4 --input NAME=VALUE --data '/srv/my data'   # the same with another input of the step
              orchestrator skip r1a2b3c4 deploy --value '{}' --data '/srv/my data'   # takes the step as done with these outputs
              orchestrator cancel r1a2b3c4 --data '/srv/my data'                     # ends the run
            """.Split('\n'),
            Lines(new RunSnapshot(run) with { Files = new Dictionary<string, string> { ["r1a2b3c4"] = "blueprints/boot.yaml" } }, "/srv/my data"));
    }

    [Fact]
    public void Lines_FailedInAChildRun_NamesItsStepItsRunAndTheCaller()
    {
        var child = Runs.Run(RunStatus.Failed, Runs.Step("bridge", StepStatus.Failed, "network.bridge", 1, 2) with { Failure = Runs.Refused }) with { RunId = "child", Blueprint = "net" };
        var run = Runs.Run(RunStatus.Failed, Runs.Step("network", StepStatus.Failed, "Orchestrator.Call", 1, 2) with { ChildRunId = "child", Failure = Runs.Refused with { Code = "call.failed" } });

        Assert.Equal(
            """
            failed at bridge (net.yaml:12): http.refused: connection refused
              in run child of net, called by network
              | GET http://127.0.0.1:1/
              | refused
            go on with
              orchestrator retry r1a2b3c4                      # once the cause is gone: goes on at the failed step
              orchestrator retry r1a2b3c4 --input NAME=VALUE   # the same with another input of the step
              orchestrator runs show r1a2b3c4                  # every step
              orchestrator logs r1a2b3c4                       # the whole log
            """.Split('\n'),
            Lines(new RunSnapshot(run) with
            {
                Children = new Dictionary<string, RunView> { ["child"] = child }, Files = new Dictionary<string, string> { ["child"] = "net.yaml" },
            }));
    }

    [Fact]
    public void Lines_AChildRunIsPaused_NamesTheCommandsForIt()
    {
        var child = Runs.Run(RunStatus.Paused, Runs.Step("bridge", StepStatus.Paused, "network.bridge", 1) with { Failure = Runs.Refused }) with { RunId = "child", Blueprint = "net" };
        var run = Runs.Run(RunStatus.Waiting, Runs.Step("network", StepStatus.Waiting, "Orchestrator.Call", 1) with { ChildRunId = "child", Wait = new WaitView("child", "run child of net@1", null, null, Runs.At(1)) });

        var lines = Lines(new RunSnapshot(run) with { Children = new Dictionary<string, RunView> { ["child"] = child } });

        Assert.Equal(["paused at bridge (net:12): http.refused: connection refused", "  in run child of net, called by network"], lines.Take(2));
        Assert.Contains(lines, line => line.StartsWith("  orchestrator skip child bridge ", StringComparison.Ordinal));
        Assert.Contains(lines, line => line.StartsWith("  orchestrator cancel r1a2b3c4 ", StringComparison.Ordinal));
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

    private static IReadOnlyList<string> Lines(RunView run) => Lines(new RunSnapshot(run));

    private static IReadOnlyList<string> Lines(RunSnapshot snapshot, string? data = null) =>
        [.. RunEnding.Lines(snapshot, Runs.At(2), new NextCommand(data)).Select(line => line.ToString())];
}
