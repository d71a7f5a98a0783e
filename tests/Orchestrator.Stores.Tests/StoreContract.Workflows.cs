using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public abstract partial class StoreContract
{
    private static StoredWorkflow Flow(string id, int version = 1, bool latest = true, bool published = false, string? hash = null, WorkflowOrigin origin = WorkflowOrigin.Studio, bool deleted = false) => new(
        $"{id}-v{version}", id, version, $"Name of {id}", $"Says {id}", "3.8.0.0", origin, hash ?? $"hash-{id}-{version}", latest, published, IsReadonly: false, IsSystem: false, UsableAsActivity: false, deleted, Noon.AddMinutes(version));

    private async Task<IReadOnlyList<string>> VersionsAsync(WorkflowQuery query) => [.. (await Store.ListWorkflowsAsync(query, None)).Items.Select(workflow => workflow.VersionId)];

    [Fact]
    public async Task Workflow_WrittenAgain_IsReplaced()
    {
        var first = Flow("orders");
        await Store.CommitAsync(new WriteSet { Workflows = [first] });
        await Store.CommitAsync(new WriteSet { Workflows = [first with { Name = "Orders", IsPublished = true, ToolVersion = null }] });
        Assert.Equal([first with { Name = "Orders", IsPublished = true, ToolVersion = null }], (await Store.ListWorkflowsAsync(new WorkflowQuery(), None)).Items);
    }

    [Theory]
    [InlineData(WorkflowVersions.All, "a-v1 a-v2 b-v1 c-v1")]
    [InlineData(WorkflowVersions.Latest, "a-v2 b-v1 c-v1")]
    [InlineData(WorkflowVersions.Published, "a-v1 b-v1")]
    [InlineData(WorkflowVersions.LatestOrPublished, "a-v1 a-v2 b-v1 c-v1")]
    [InlineData(WorkflowVersions.LatestAndPublished, "b-v1")]
    [InlineData(WorkflowVersions.Draft, "a-v2 c-v1")]
    public async Task Workflows_ByVersions_AreThose(WorkflowVersions versions, string expected)
    {
        await Store.CommitAsync(new WriteSet
        {
            Workflows = [Flow("a", 1, latest: false, published: true), Flow("a", 2), Flow("b", published: true), Flow("c"), Flow("d", latest: false, deleted: true)],
        });
        Assert.Equal(expected.Split(' '), (await VersionsAsync(new WorkflowQuery { Versions = versions, Order = WorkflowOrder.Name })).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Workflows_Deleted_AreFoundByIdOnly()
    {
        await Store.CommitAsync(new WriteSet { Workflows = [Flow("gone", latest: false, deleted: true)] });
        Assert.Empty(await VersionsAsync(new WorkflowQuery { DefinitionIds = ["gone"] }));
        Assert.Equal(["gone-v1"], await VersionsAsync(new WorkflowQuery { VersionIds = ["gone-v1"] }));
        Assert.Equal(["gone-v1"], await VersionsAsync(new WorkflowQuery { DefinitionIds = ["gone"], WithDeleted = true }));
    }

    [Fact]
    public async Task Workflows_Searched_AreCountedWholeAndGivenByPage()
    {
        await Store.CommitAsync(new WriteSet { Workflows = [.. Enumerable.Range(0, 25).Select(i => Flow($"flow{i:D2}")), Flow("100%_sure")] });
        var page = await Store.ListWorkflowsAsync(new WorkflowQuery { Search = "FLOW", Order = WorkflowOrder.Name, Descending = true, Skip = 10, Take = 10 }, None);
        Assert.Equal(25, page.Total);
        Assert.Equal(Enumerable.Range(5, 10).Reverse().Select(i => $"flow{i:D2}-v1"), page.Items.Select(workflow => workflow.VersionId));
        Assert.Equal(["100%_sure-v1"], await VersionsAsync(new WorkflowQuery { Search = "0%_s" }));
    }

    [Fact]
    public async Task Definitions_Unlisted_AreBlueprintsWithoutARowAndTheNewestOfAName()
    {
        await Store.CommitAsync(new WriteSet { Definitions = [new StoredDefinition("h1", "net", 1, Utf8("{}")), new StoredDefinition("h2", "net", 1, Utf8("{}")), new StoredDefinition("mine", "studio", 1, Utf8("{}"))], Workflows = [Flow("studio", hash: "other")] });
        Assert.Equal([("h1", "net"), ("h2", "net")], await Store.ListUnlistedDefinitionsAsync(None));

        await Store.CommitAsync(new WriteSet { Workflows = [Flow("net", 1, latest: false, hash: "h1", origin: WorkflowOrigin.Blueprint), Flow("net", 2, hash: "h2", origin: WorkflowOrigin.Blueprint)] });
        Assert.Empty(await Store.ListUnlistedDefinitionsAsync(None));

        await Store.CommitAsync(new WriteSet { Definitions = [new StoredDefinition("h1", "net", 1, Utf8("{}"))] });
        Assert.Equal([("h1", "net")], await Store.ListUnlistedDefinitionsAsync(None));
    }

    [Fact]
    public async Task Definition_Forgotten_StaysWhileARunOrAWorkflowHasIt()
    {
        await Store.CommitAsync(new WriteSet
        {
            Definitions =
            [
                new StoredDefinition("hash1", "a", 1, Utf8("{}")), new StoredDefinition("kept", "b", 1, Utf8("{}")), new StoredDefinition("loose", "c", 1, Utf8("{}")),
                new StoredDefinition("before", "a", 2, Utf8("{}")),
            ],
            Runs = [Run("run1")], Workflows = [Flow("b", hash: "kept")],
            Events = [new StoredEvent("run1", 1, "RunMigrated", DateTimeOffset.UnixEpoch, null, 0, Utf8("""{"definition":"hash1","from":"before","version":2,"by":"alice"}"""))],
        });
        await Store.CommitAsync(new WriteSet { ForgetDefinitions = ["hash1", "kept", "loose", "before"] });
        Assert.NotNull(await Store.ReadDefinitionAsync("before", None));
        Assert.NotNull(await Store.ReadDefinitionAsync("hash1", None));
        Assert.NotNull(await Store.ReadDefinitionAsync("kept", None));
        Assert.Null(await Store.ReadDefinitionAsync("loose", None));
    }

    [Fact]
    public async Task Runs_SearchedByStatusAndBlueprint_AreCountedAsTheyAreNow()
    {
        await Store.CommitAsync(new WriteSet { Runs = [Run("run1", RunStatus.Running, "a", 1), Run("run2", RunStatus.Failed, "a", 2), Run("run3", RunStatus.Failed, "b", 3), Run("run4", RunStatus.Completed, "b", 4)] });
        await Store.CommitAsync(new WriteSet { Runs = [Run("run1", RunStatus.Failed, "a", 1)] });
        var failed = new RunQuery([RunStatus.Failed, RunStatus.Waiting], Limit: 2);
        Assert.Equal(["run3", "run2"], await FoundAsync(failed));
        Assert.Equal(new RunCount(3, IsExact: true), await Store.CountRunsAsync(failed, None));
        var mine = new RunQuery { Blueprints = ["a"], Ascending = true };
        Assert.Equal(["run1", "run2"], await FoundAsync(mine));
        Assert.Equal(new RunCount(2, IsExact: true), await Store.CountRunsAsync(mine, None));
        Assert.Equal(new RunCount(4, IsExact: true), await Store.CountRunsAsync(new RunQuery(Limit: 0), None));
        Assert.Empty(await FoundAsync(new RunQuery([])));
    }

    [Fact]
    public async Task Run_Forgotten_LeavesNothingAndOneThatMovesStays()
    {
        await Store.CommitAsync(Events("ended", 1, 2) with { Runs = [Run("ended", RunStatus.Completed, startKey: "once"), Run("moving")], Secrets = [("run:ended/a", [1])], Log = [new StoredLogLine("ended", 1, Noon, "s", 1, "line")] });
        await Store.CommitAsync(new WriteSet { ForgetRuns = ["ended", "moving", "unknown"] });
        Assert.Null(await Store.FindRunAsync("ended", None));
        Assert.NotNull(await Store.FindRunAsync("moving", None));
        Assert.Equal(0, await Store.LastEventNumberAsync("ended", None));
        Assert.Empty(await Store.ReadLogAsync("ended", 0, 10, None));
        Assert.Null(await Store.ReadSecretAsync("run:ended/a", None));
        Assert.Equal(1, (await Store.CountRunsAsync(new RunQuery(), None)).Number);
        await Store.CommitAsync(Events("ended", 1, 1) with { Runs = [Run("ended", startKey: "once")] });
        Assert.Equal(1, await Store.LastEventNumberAsync("ended", None));
    }
}
