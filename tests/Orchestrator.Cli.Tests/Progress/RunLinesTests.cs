using Orchestrator.Cli.Progress;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Cli.Tests.Progress;

public sealed class RunLinesTests
{
    [Fact]
    public void Render_EveryState_SaysWhereItStandsAndUntilWhen()
    {
        var run = Runs.Run(
            RunStatus.Running,
            Runs.Step("ports", StepStatus.Completed, "firewall.open", 0.1, 0.5) with { Changed = true },
            Runs.Step("cache", StepStatus.Completed, "file.mkdir", 0.5, 0.6) with { Changed = false },
            Runs.Step("controller", StepStatus.Running, "container.run", 1) with { Attempt = 2 },
            Runs.Step("push", StepStatus.Waiting, "git.wait-push", 2) with
            {
                Wait = new WaitView("poll", "push permission on ssh://git@h/r: permission denied", Runs.At(22), Runs.At(86402), Runs.At(2)),
            },
            Runs.Step("nap", StepStatus.Waiting, "Orchestrator.Wait", 2) with { Wait = new WaitView("timer", "2m pause", Runs.At(122), null, Runs.At(2)) },
            Runs.Step("deploy", StepStatus.Waiting, "http.wait", 2) with
            {
                Failure = Runs.Refused, Wait = new WaitView("retry", "next attempt", Runs.At(13), null, Runs.At(3)),
            },
            Runs.Step("all", StepStatus.Failed, "Orchestrator.Parallel", 1, 4) with
            {
                Failure = Runs.Refused,
                Children = [Runs.Step("all/broken", StepStatus.Failed, "http.request", 1, 4) with { Failure = Runs.Refused }, Runs.Step("all/other", StepStatus.Cancelled, "run", 1)],
            },
            Runs.Step("old", StepStatus.Undone), Runs.Step("never", StepStatus.Skipped), Runs.Step("last", StepStatus.Pending));
        var snapshot = new RunSnapshot(run) with
        {
            LogTails = new Dictionary<(string, string), IReadOnlyList<string>> { [("r1a2b3c4", "controller")] = ["one", "two", "\e[32mthree\e[0m", "fo\tur"] },
        };

        Assert.Equal(
            """
            boot  r1a2b3c4  running  10.0s
              ✓ ports       firewall.open  0.4s, changed
              ✓ cache       file.mkdir     0.1s, already so
              ● controller  container.run  9.0s, attempt 2 of 4
                  | two
                  | three
                  | fo ur
              ◷ push        git.wait-push  waiting: push permission on ssh://git@h/r: permission denied; next try in 12s; gives up in 23h59m
              ◷ nap         wait           waiting: 2m pause; 1m52s left
              ↻ deploy      http.wait      retry 2 of 4 in 3s: http.refused: connection refused
              ✗ all         parallel       failed after 3.0s: http.refused: connection refused
                ✗ broken    http.request   failed after 3.0s: http.refused: connection refused
                    | GET http://127.0.0.1:1/
                    | refused
                ⊘ other     run            cancelled
              ↶ old         file.write     undone
              - never       file.write     skipped
              · last        file.write
            """,
            Text(snapshot, 10));
    }

    [Fact]
    public void Render_ChildRun_StandsBelowTheStepThatCalledIt()
    {
        var child = Runs.Run(RunStatus.Running, Runs.Step("bridge", StepStatus.Running, "network.bridge", 2)) with { RunId = "child", Blueprint = "network" };
        var snapshot = new RunSnapshot(Runs.Run(RunStatus.Waiting, Runs.Step("network", StepStatus.Waiting, "Orchestrator.Call", 1) with
        {
            ChildRunId = "child", Wait = new WaitView("child", "network@1 to end", null, null, Runs.At(1)),
        })) with { Children = new Dictionary<string, RunView> { ["child"] = child } };

        Assert.Equal(
            """
            boot  r1a2b3c4  waiting  3.0s
              ◷ network   call            waiting: network@1 to end, at bridge
                ● bridge  network.bridge  1.0s
            """,
            Text(snapshot, 3));
    }

    [Fact]
    public void Render_ForeachItems_ShowTheItemAndNotItsPath()
    {
        var run = Runs.Run(RunStatus.Running, Runs.Step("hosts", StepStatus.Running, "Orchestrator.ForEach", 0) with
        {
            Children = [Runs.Step("hosts[a/b]/install", StepStatus.Completed, "package.ensure", 0, 1), Runs.Step("hosts[c]", StepStatus.Running, "package.ensure", 0)],
        });

        Assert.Equal(["hosts", "install", "hosts[c]"], RunLines.Render(new RunSnapshot(run), Runs.At(2)).Skip(1).Select(line => line.ToString().Trim().Split(' ')[1]));
    }

    [Fact]
    public void Fit_MoreLinesThanTheWindow_KeepsTheHeadAndWhatMoves()
    {
        var steps = Enumerable.Range(0, 50).Select(i => Runs.Step($"s{i}", i < 30 ? StepStatus.Completed : i == 30 ? StepStatus.Running : StepStatus.Pending, from: 0)).ToList();
        var lines = LiveDisplay.Fit(RunLines.Render(new RunSnapshot(Runs.Run(RunStatus.Running, steps)), Runs.At(1)), 10).Select(line => line.ToString()).ToList();

        Assert.Equal(10, lines.Count);
        Assert.StartsWith("boot", lines[0], StringComparison.Ordinal);
        Assert.Contains(lines, line => line.Contains(" s30 ", StringComparison.Ordinal));
        Assert.Equal("  … 42 more lines", lines[^1]);
    }

    private static string Text(RunSnapshot snapshot, double second) => string.Join('\n', RunLines.Render(snapshot, Runs.At(second)).Select(line => line.ToString()));
}
