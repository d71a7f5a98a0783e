using System.Net;
using System.Net.Http.Json;
using Orchestrator.Engine.Storage;
using Orchestrator.Testing;

namespace Orchestrator.Server.Tests.Triggers;

/// <summary>The workflows that come with the program are published when it starts, and begin as they say.</summary>
public sealed class ShippedWorkflowTests
{
    private static readonly string Folder = Path.Combine(AppContext.BaseDirectory, "workflows");

    [Fact]
    public async Task Folder_Shipped_IsPublishedWhole()
    {
        await using var server = await StartAsync();
        var published = (await server.Store.ListWorkflowsAsync(new WorkflowQuery { Versions = WorkflowVersions.Published }, CancellationToken.None)).Items;
        Assert.Equal(Directory.GetFiles(Folder, "*.json").Select(Path.GetFileNameWithoutExtension).Order(), published.Select(workflow => workflow.DefinitionId).Order());
        Assert.DoesNotContain(server.Said, line => line.Contains("not loaded", StringComparison.Ordinal) || line.Contains("starts nothing", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(5, HttpStatusCode.OK, true)]
    [InlineData(5000, HttpStatusCode.Accepted, false)]
    public async Task OrderCheck_Posted_AnswersByTheAmount(int amount, HttpStatusCode status, bool accepted)
    {
        await using var server = await StartAsync();
        using var client = server.Anonymous();
        using var answer = await client.PostAsJsonAsync("/workflows/orders", new { amount });
        Assert.Equal((status, "application/json"), (answer.StatusCode, answer.Content.Headers.ContentType?.MediaType));
        Assert.Equal(accepted, (await RunningServer.JsonOf(answer)).GetProperty("accepted").GetBoolean());
    }

    [Fact]
    public async Task Heartbeat_AfterFiveMinutes_StartsOnce()
    {
        var time = new ManualTime();
        await using var server = await StartAsync(time);
        time.Advance(TimeSpan.FromMinutes(5));
        await server.Server.Timetable.FireAsync();
        Assert.Equal("heartbeat", Assert.Single(await server.Store.ListRunsAsync(new RunQuery(), CancellationToken.None)).Blueprint);
    }

    private static Task<RunningServer> StartAsync(TimeProvider? time = null) => RunningServer.StartAsync(time, options => options with { WorkflowsFolder = Folder });
}
