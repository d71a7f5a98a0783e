using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Tests.Hooks;
using Orchestrator.Server.Triggers;
using Orchestrator.Testing;

namespace Orchestrator.Server.Tests.Triggers;

/// <summary>Schedules by a clock that the test moves. The tests fire the timetable themselves; the clock's own tick may have been faster, which changes nothing.</summary>
public sealed class TimetableTests : IAsyncLifetime
{
    private static readonly DateTimeOffset Start = new(2030, 1, 1, 0, 0, 30, TimeSpan.Zero);

    private readonly ManualTime _time = new(Start);
    private RunningServer _server = null!;

    public async Task InitializeAsync() => _server = await RunningServer.StartAsync(_time);

    public async Task DisposeAsync() => await _server.DisposeAsync();

    [Fact]
    public async Task Cron_EachTime_StartsOnceAndTellsWhen()
    {
        await SubmitAsync("cron: {expr: \"*/10 * * * *\", overlap: allow}", "with: {at: \"${{ event.scheduledAt }}\"}");
        Assert.Equal(At(0, 10), (await TriggerAsync()).Due);

        await AdvanceAsync(At(0, 9, 59));
        Assert.Empty(await RunsAsync());
        await AdvanceAsync(At(0, 10));
        await _server.Server.Timetable.FireAsync();
        await AdvanceAsync(At(0, 20));

        Assert.Equal(["2030-01-01T00:10:00Z", "2030-01-01T00:20:00Z"], await InputsAsync());
        Assert.Equal(At(0, 30), (await TriggerAsync()).Due);
        Assert.Equal((await RunsAsync())[0].RunId, (await TriggerAsync()).LastRun);
    }

    [Theory]
    [InlineData("none", new string[0])]
    [InlineData("latest", new[] { "2030-01-01T03:00:00Z" })]
    [InlineData("all", new[] { "2030-01-01T01:00:00Z", "2030-01-01T02:00:00Z", "2030-01-01T03:00:00Z" })]
    public async Task Missed_Times_AreMadeUpForAsTheTriggerSays(string catchUp, string[] expected)
    {
        await SubmitAsync($"cron: {{expr: 0 * * * *, overlap: allow, catchUp: {catchUp}}}", "with: {at: \"${{ event.scheduledAt }}\"}");
        await AdvanceAsync(At(3, 30));
        Assert.Equal(expected, await InputsAsync());
        Assert.Equal(At(4, 0), (await TriggerAsync()).Due);
    }

    [Fact]
    public async Task Overlap_Skip_PassesOverWhileTheRunBeforeMoves()
    {
        await SubmitAsync("cron: {expr: 0 * * * *}");
        await AdvanceAsync(At(1, 0));
        await AdvanceAsync(At(2, 0));
        var first = Assert.Single(await RunsAsync());
        Assert.Contains(first.RunId, (await _server.Store.FindFiringAsync("timed/t", "2030-01-01T02:00:00Z", CancellationToken.None))!.Note, StringComparison.Ordinal);

        await DriveAsync(_server.Engine.SendAsync("cancel", first.RunId, "{}"u8.ToArray(), "test", null, CancellationToken.None));
        await _server.Engine.WaitAsync(first.RunId, CancellationToken.None);
        await AdvanceAsync(At(3, 0));
        Assert.Equal(2, (await RunsAsync()).Count);
    }

    [Fact]
    public async Task Overlap_Queue_StartsWhenTheRunBeforeHasEnded()
    {
        await SubmitAsync("cron: {expr: 0 * * * *, overlap: queue}");
        await AdvanceAsync(At(1, 0));
        await AdvanceAsync(At(2, 0));
        var first = Assert.Single(await RunsAsync());
        Assert.Equal(At(2, 0), (await TriggerAsync()).Due);

        await DriveAsync(_server.Engine.SendAsync("cancel", first.RunId, "{}"u8.ToArray(), "test", null, CancellationToken.None));
        await _server.Engine.WaitAsync(first.RunId, CancellationToken.None);
        await _server.Server.Timetable.FireAsync();
        Assert.Equal(2, (await RunsAsync()).Count);
    }

    [Fact]
    public async Task Overlap_Replace_CancelsTheRunBefore()
    {
        await SubmitAsync("cron: {expr: 0 * * * *, overlap: replace}");
        await AdvanceAsync(At(1, 0));
        var first = Assert.Single(await RunsAsync());
        await AdvanceAsync(At(2, 0));
        Assert.Equal(RunStatus.Cancelled, (await _server.Engine.WaitAsync(first.RunId, CancellationToken.None)).Status);
        Assert.Equal(2, (await RunsAsync()).Count);
    }

    [Fact]
    public async Task Refused_Time_IsOverAndSaysWhy()
    {
        await SubmitAsync("cron: {expr: 0 * * * *}", "with: {at: \"${{ event.scheduledAt }}\", count: \"${{ int('x' + event.type) }}\"}");
        await AdvanceAsync(At(1, 0));
        Assert.Empty(await RunsAsync());
        var trigger = await TriggerAsync();
        Assert.Equal((At(2, 0), true), (trigger.Due, trigger.Refusal!.Length > 0));
    }

    [Fact]
    public async Task If_ThatDoesNotHold_PassesTheTimeOver()
    {
        await SubmitAsync("cron: {expr: 0 * * * *, overlap: allow}", "if: event.scheduledAt.endsWith('T02:00:00Z')");
        await AdvanceAsync(At(1, 0));
        await AdvanceAsync(At(2, 0));
        await AdvanceAsync(At(3, 0));
        Assert.Single(await RunsAsync());
    }

    [Fact]
    public async Task Spread_DelaysByTheSameChanceEachTimeOneLooks()
    {
        await SubmitAsync("cron: {expr: 0 * * * *, overlap: allow, spread: 30m}");
        var delay = ScheduleTrigger.Of(await TriggerAsync()).Delay("timed/t", At(1, 0));
        Assert.InRange(delay, TimeSpan.FromSeconds(1), TimeSpan.FromMinutes(30));

        await AdvanceAsync(At(1, 0) + delay - TimeSpan.FromMilliseconds(2));
        Assert.Empty(await RunsAsync());
        await AdvanceAsync(At(1, 0) + delay);
        Assert.Single(await RunsAsync());
    }

    [Fact]
    public async Task Submitted_AgainUnchanged_KeepsWhatIsDueAndChangedStartsAnew()
    {
        await SubmitAsync("cron: {expr: 0 * * * *}");
        _time.Advance(TimeSpan.FromMinutes(90)); // the tick may fire it; either way nothing is lost
        await SubmitAsync("cron: {expr: 0 * * * *}", more: "description: changed elsewhere\n");
        await _server.Server.Timetable.FireAsync();
        Assert.Single(await RunsAsync());

        await SubmitAsync("cron: {expr: 30 5 * * *, timezone: Europe/Brussels}");
        Assert.Equal(At(4, 30), (await TriggerAsync()).Due);
        await _server.Server.Triggers.SubmitAsync(HookedServer.Compile("blueprint: timed\nsteps:\n  - id: a\n    wait: 1h\n"), CancellationToken.None);
        Assert.Empty(await _server.Store.ListTriggersAsync(CancellationToken.None));
    }

    [Fact]
    public async Task OlderMajor_Submitted_LeavesTheNewerLive()
    {
        await SubmitAsync("cron: {expr: 0 * * * *}", more: "version: 2\n");
        var live = await TriggerAsync();
        await SubmitAsync("cron: {expr: 5 * * * *}", more: "version: 1\n");
        Assert.Equal(live.Definition, (await TriggerAsync()).Definition);
    }

    [Fact]
    public async Task Paused_Times_AreNotMadeUpFor()
    {
        await SubmitAsync("cron: {expr: 0 * * * *, catchUp: all}");
        await _server.Server.Triggers.PauseAsync("timed/t", true, CancellationToken.None);
        await AdvanceAsync(At(3, 30));
        Assert.Empty(await RunsAsync());
        Assert.Equal(At(4, 0), (await _server.Server.Triggers.PauseAsync("timed/t", false, CancellationToken.None))!.Due);
    }

    private static DateTimeOffset At(int hour, int minute, int second = 0) => new(2030, 1, 1, hour, minute, second, TimeSpan.Zero);

    private Task SubmitAsync(string kind, string with = "with: {}", string more = "") => _server.Server.Triggers.SubmitAsync(HookedServer.Compile($$"""
        blueprint: timed
        {{more}}inputs:
          at: {type: string, default: none}
          count: {type: int, default: 1}
        triggers:
          t:
            {{kind}}
            {{with}}
        steps:
          - id: nap
            wait: 5d
        """), CancellationToken.None);

    private async Task AdvanceAsync(DateTimeOffset to)
    {
        _time.AdvanceTo(to);
        await DriveAsync(_server.Server.Timetable.FireAsync());
    }

    /// <summary>Lets a little time pass until something is done that waits for some.</summary>
    private async Task DriveAsync(Task task)
    {
        while (!task.IsCompleted)
        {
            _time.Advance(TimeSpan.FromMilliseconds(1));
            await Task.Yield();
        }

        await task;
    }

    private async Task<StoredTrigger> TriggerAsync() => Assert.Single(await _server.Store.ListTriggersAsync(CancellationToken.None));

    private Task<IReadOnlyList<RunSummary>> RunsAsync() => _server.Store.ListRunsAsync(new RunQuery(), CancellationToken.None);

    private async Task<List<string?>> InputsAsync()
    {
        var inputs = new List<string?>();
        foreach (var run in await RunsAsync()) inputs.Add((await _server.Engine.GetAsync(run.RunId, CancellationToken.None))!.Inputs.Get("at")?.AsString());
        inputs.Sort(StringComparer.Ordinal);
        return inputs;
    }
}
