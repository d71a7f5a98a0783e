using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Tests;

public abstract partial class StoreContract
{
    [Fact]
    public async Task Runs_Searched_AreThoseThatFit()
    {
        await Store.CommitAsync(new WriteSet
        {
            Runs =
            [
                Run("aaaa1", minute: 0) with { Labels = new Dictionary<string, string> { ["env"] = "Lab", ["it's"] = "x" } },
                Run("bbbb2", RunStatus.Paused, blueprint: "network", minute: 1) with { Attention = "push: Permission denied" },
                Run("cccc3", minute: 2, startKey: "deploy-7") with { Labels = new Dictionary<string, string> { ["env"] = "live" } },
            ],
        });

        Assert.Equal(["aaaa1"], await FoundAsync(new RunQuery { Label = ("env", "Lab") }));
        Assert.Equal(["aaaa1"], await FoundAsync(new RunQuery { Label = ("it's", "x") }));
        Assert.Empty(await FoundAsync(new RunQuery { Label = ("env", "lab") }));
        Assert.Equal(["cccc3", "bbbb2"], await FoundAsync(new RunQuery { Since = Noon.AddMinutes(1) }));
        Assert.Equal(["aaaa1"], await FoundAsync(new RunQuery { Until = Noon.AddMinutes(1) }));
        Assert.Equal(["bbbb2"], await FoundAsync(new RunQuery { Text = "permission" }));
        Assert.Equal(["cccc3"], await FoundAsync(new RunQuery { Text = "DEPLOY" }));
        Assert.Equal(["aaaa1"], await FoundAsync(new RunQuery { Text = "lab" }));
        Assert.Equal(["bbbb2"], await FoundAsync(new RunQuery { Text = "netw" }));
        Assert.Empty(await FoundAsync(new RunQuery { Text = "%" }));
        Assert.Equal(["cccc3"], await FoundAsync(new RunQuery(Limit: 1) { Text = "strap" }));
    }

    [Fact]
    public async Task Definitions_Listed_AreTheNewestOfEachNameAndVersion()
    {
        await StoreDefinition("h1", "net", 1, "one");
        await StoreDefinition("h2", "net", 1, "two");
        await StoreDefinition("h3", "net", 2, "three");
        await StoreDefinition("h4", "base", 1, "four");
        Assert.Equal([new DefinitionRow("h4", "base", 1), new DefinitionRow("h3", "net", 2), new DefinitionRow("h2", "net", 1)], await Store.ListDefinitionsAsync(10, None));
        Assert.Single(await Store.ListDefinitionsAsync(1, None));
    }

    private async Task<IEnumerable<string>> FoundAsync(RunQuery query) => (await Store.ListRunsAsync(query, None)).Select(run => run.RunId);
}
