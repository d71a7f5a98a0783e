using Orchestrator.Cli.Progress;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Cli.Tests.Progress;

public sealed class RemindersTests
{
    private static readonly StepView Poll = Runs.Step("push", StepStatus.Waiting, "git.wait-push", 1) with
    {
        Wait = new WaitView("poll", "permission denied", Runs.At(62), Runs.At(901), Runs.At(1)),
    };

    [Fact]
    public void Due_AMinuteWithTheSameReason_TellsItOnceAMinute()
    {
        var reminders = new Reminders();
        var run = new RunSnapshot(Runs.Run(RunStatus.Waiting, Poll));

        Assert.Empty(reminders.Due(run, Runs.At(1)));
        Assert.Empty(reminders.Due(run, Runs.At(60.9)));
        Assert.Equal(["  1m01s  push: still waiting: permission denied; next try in 1s; gives up in 14m00s"], reminders.Due(run, Runs.At(61)).Select(line => line.ToString()));
        Assert.Empty(reminders.Due(run, Runs.At(62)));
        Assert.Single(reminders.Due(run, Runs.At(121)));
    }

    [Fact]
    public void Due_ThePollLooksJustNow_IsNoInterruption()
    {
        var reminders = new Reminders();

        Assert.Empty(reminders.Due(new RunSnapshot(Runs.Run(RunStatus.Waiting, Poll)), Runs.At(1)));
        Assert.Single(reminders.Due(new RunSnapshot(Runs.Run(RunStatus.Running, Poll with { Status = StepStatus.Running })), Runs.At(61)));
    }

    [Fact]
    public void Due_AnotherReason_StartsTheMinuteAnew()
    {
        var reminders = new Reminders();
        var other = new RunSnapshot(Runs.Run(RunStatus.Waiting, Poll with { Wait = Poll.Wait! with { Reason = "host unreachable" } }));

        Assert.Empty(reminders.Due(new RunSnapshot(Runs.Run(RunStatus.Waiting, Poll)), Runs.At(1)));
        Assert.Empty(reminders.Due(other, Runs.At(50)));
        Assert.Empty(reminders.Due(other, Runs.At(109)));
        Assert.Single(reminders.Due(other, Runs.At(110)));
    }
}
