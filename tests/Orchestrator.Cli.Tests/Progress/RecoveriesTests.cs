using System.Text;
using Orchestrator.Cli.Progress;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Cli.Tests.Progress;

public sealed class RecoveriesTests
{
    [Fact]
    public void Lines_OfARunThatSurvivedACrash_NameEachStepAndWhy()
    {
        var run = Runs.Run(RunStatus.Completed, Runs.Step("ports", StepStatus.Completed));
        var snapshot = new RunSnapshot(run) with
        {
            Children = new Dictionary<string, RunView> { ["child"] = run with { RunId = "child", Blueprint = "net" } },
            NewEvents =
            [
                Event("r1a2b3c4", 4, """{"steps":[{"key":"ports","action":"start","reason":"its outcome is not in the journal; effect idempotent may run again"},{"key":"job","action":"reattach","reason":"effect reattach: asks the target for the job"}]}"""),
                Event("child", 72.5, """{"steps":[{"key":"pay","action":"verify","reason":"effect once: it must be found out whether it took effect"}]}"""),
            ],
        };

        Assert.Equal(
            """
            taken up again after the engine died
              +4.0s    ports: started: its outcome is not in the journal; effect idempotent may run again
              +4.0s    job: reattached: effect reattach: asks the target for the job
              +1m12s   net/pay: verified: effect once: it must be found out whether it took effect
            """,
            string.Join('\n', Recoveries.Lines(snapshot).Select(line => line.ToString())));
    }

    [Fact]
    public void Lines_OfARunWithoutACrash_AreNone() => Assert.Empty(Recoveries.Lines(new RunSnapshot(Runs.Run(RunStatus.Completed))));

    private static StoredEvent Event(string run, double at, string body) => new(run, 1, "RunRecovered", Runs.At(at), null, 0, Encoding.UTF8.GetBytes(body));
}
