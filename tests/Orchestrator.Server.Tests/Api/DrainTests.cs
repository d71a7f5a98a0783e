using System.Net;
using System.Net.Http.Json;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Server.Tests.Api;

public sealed class DrainTests
{
    [Fact]
    public async Task Drain_WhileAStepIsUnderWay_LetsItEndAndBeginsNoOther()
    {
        await using var server = await RunningServer.StartAsync();
        using var admin = server.Admin();
        var (started, gate) = (Path.Combine(server.Folder, "started"), Path.Combine(server.Folder, "gate"));
        var text = $"blueprint: slow\nsteps:\n  - id: one\n    run: touch {started}; until [ -e {gate} ]; do sleep 0.02; done\n  - id: two\n    run: echo too-late\n";
        var id = (await RunningServer.JsonOf(await admin.PostAsJsonAsync("/api/v1/runs", new { text }))).GetProperty("runId").GetString()!;
        while (!File.Exists(started)) await Task.Yield();

        var drained = server.Server.DrainAsync(TimeSpan.FromSeconds(30));

        Assert.Equal(HttpStatusCode.ServiceUnavailable, (await admin.GetAsync("/health/ready")).StatusCode);
        Assert.Equal(HttpStatusCode.OK, (await admin.GetAsync("/health/live")).StatusCode);
        var refused = await admin.PostAsJsonAsync("/api/v1/runs", new { text });
        Assert.Equal((HttpStatusCode.ServiceUnavailable, "api.stopping"), (refused.StatusCode, (await RunningServer.JsonOf(refused)).GetProperty("code").GetString()));
        Assert.False(drained.IsCompleted);
        await File.WriteAllTextAsync(gate, "");
        await drained.WaitAsync(TimeSpan.FromMinutes(1));

        var run = (await server.Engine.GetAsync(id, CancellationToken.None))!;
        Assert.Equal([StepStatus.Completed, StepStatus.Ready], run.Steps.Select(step => step.Status));
    }

    [Fact]
    public async Task Drain_LongerThanItsLimit_GivesUp()
    {
        await using var server = await RunningServer.StartAsync();
        using var admin = server.Admin();
        var started = Path.Combine(server.Folder, "started");
        await admin.PostAsJsonAsync("/api/v1/runs", new { text = $"blueprint: slow\nsteps:\n  - id: one\n    run: touch {started}; exec sleep 60\n" });
        while (!File.Exists(started)) await Task.Yield();

        await server.Server.DrainAsync(TimeSpan.FromMilliseconds(50));

        lock (server.Said) Assert.Contains(server.Said, line => line.Contains("still under way", StringComparison.Ordinal));
    }
}
