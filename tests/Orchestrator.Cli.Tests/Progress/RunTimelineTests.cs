using Orchestrator.Cli.Progress;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Cli.Tests.Progress;

public sealed class RunTimelineTests
{
    [Fact]
    public void Render_ARun_TellsWhenEachStepBeganHowLongItTookAndWhatCameOfIt()
    {
        var child = Runs.Run(RunStatus.Completed, Runs.Step("bridge", StepStatus.Completed, "network.bridge", 2, 3) with { Changed = true }) with { RunId = "child", Blueprint = "net" };
        var run = Runs.Run(
            RunStatus.Waiting,
            Runs.Step("ports", StepStatus.Completed, "firewall.open", 0.1, 0.5) with { Changed = false },
            Runs.Step("network", StepStatus.Completed, "Orchestrator.Call", 2, 3) with { ChildRunId = "child" },
            Runs.Step("push", StepStatus.Completed, "git.wait-push", 3, 75) with { Changed = true },
            Runs.Step("all", StepStatus.Running, "Orchestrator.Parallel", 75) with
            {
                Children =
                [
                    Runs.Step("deploy", StepStatus.Waiting, "http.wait", 75) with { Failure = Runs.Refused, Wait = new WaitView("retry", "next attempt", Runs.At(103), null, Runs.At(99)) },
                    Runs.Step("broken", StepStatus.Failed, "run", 75, 76) with { Failure = Runs.Refused, Attempt = 2 },
                ],
            },
            Runs.Step("never", StepStatus.Skipped), Runs.Step("last", StepStatus.Pending));
        var snapshot = new RunSnapshot(run) with
        {
            Children = new Dictionary<string, RunView> { ["child"] = child },
            NewEvents = [Event("push", "StepPolled"), Event("push", "StepPolled"), Event("push", "StepPolled"), Event("broken", "StepRetryScheduled")],
        };

        Assert.Equal(
            """
            boot  r1a2b3c4  waiting  1m40s  since 2026-11-21 08:00:00Z
              START    TOOK     STEP        TYPE            WHAT CAME OF IT
              +0.1s    0.4s     ✓ ports     firewall.open   already so
              +2.0s    1.0s     ✓ network   call            run child of net
              +2.0s    1.0s       ✓ bridge  network.bridge  changed
              +3.0s    1m12s    ✓ push      git.wait-push   changed, found it not yet so 3 times
              +1m15s   25.0s    ● all       parallel        running
              +1m15s   25.0s      ↻ deploy  http.wait       retry 2 of 4 in 3s: http.refused: connection refused
              +1m15s   1.0s       ✗ broken  run             failed: http.refused: connection refused, retried once
                                    | GET http://127.0.0.1:1/
                                    | refused
                                - never     file.write      skipped
                                · last      file.write
            """,
            string.Join('\n', RunTimeline.Render(snapshot, Runs.At(100)).Select(line => line.ToString())));
    }

    private static StoredEvent Event(string step, string type) => new("r1a2b3c4", 1, type, Runs.At(1), step, 1, default);
}
