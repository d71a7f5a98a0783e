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
        Assert.Equal(["cccc3", "bbbb2"], await FoundAsync(new RunQuery { Times = [new RunTimeLimit(RunInstant.Created, ">=", Noon.AddMinutes(1))] }));
        Assert.Equal(["aaaa1"], await FoundAsync(new RunQuery { Times = [new RunTimeLimit(RunInstant.Created, "<", Noon.AddMinutes(1))] }));
        Assert.Equal(["bbbb2"], await FoundAsync(new RunQuery { Text = "permission" }));
        Assert.Equal(["cccc3"], await FoundAsync(new RunQuery { Text = "DEPLOY" }));
        Assert.Equal(["aaaa1"], await FoundAsync(new RunQuery { Text = "lab" }));
        Assert.Equal(["bbbb2"], await FoundAsync(new RunQuery { Text = "netw" }));
        Assert.Empty(await FoundAsync(new RunQuery { Text = "%" }));
        Assert.Equal(["cccc3"], await FoundAsync(new RunQuery(Limit: 1) { Text = "strap" }));
    }

    [Theory]
    [InlineData("corr", "run1")]
    [InlineData("RR-1", "run1")]
    [InlineData("50%", "run2")]
    [InlineData("0%_", "run2")]
    [InlineData("a_b", "")]
    [InlineData("say \"", "run2")]
    [InlineData("\" OR \"", "")]
    [InlineData("hi\\", "run2")]
    [InlineData("hi*", "")]
    [InlineData("NEAR(", "")]
    [InlineData("grün", "run3")]
    [InlineData("GRüN", "run3")]
    [InlineData("GRÜN", "")]
    [InlineData("😀🚀", "")]
    [InlineData("😀🚀✓", "run3")]
    [InlineData("✓ x", "run3")]
    [InlineData("it's", "run3")]
    [InlineData("run", "")]
    [InlineData("run1", "run1")]
    [InlineData("RUN3", "run3")]
    [InlineData("un3", "")]
    [InlineData("et", "run2")]
    [InlineData("rr", "")]
    [InlineData("", "run3 run2 run1")]
    [InlineData("correlationId", "")]
    public async Task Text_OfAnyKind_IsLookedForAsItStands(string text, string expected)
    {
        await Store.CommitAsync(new WriteSet
        {
            Runs =
            [
                Run("run1", blueprint: "a", minute: 1) with { Labels = new Dictionary<string, string> { ["correlationId"] = "corr-1" } },
                Run("run2", blueprint: "network", minute: 2, startKey: "say \"hi\\\"") with { Labels = new Dictionary<string, string> { ["load"] = "50%_sure" } },
                Run("run3", blueprint: "b", minute: 3) with { Attention = "grün 😀🚀✓ x", Labels = new Dictionary<string, string> { ["quote"] = "it's" } },
            ],
        });
        Assert.Equal(expected, string.Join(' ', await FoundAsync(new RunQuery { Text = text })));
    }

    [Fact]
    public async Task Labels_AndAttention_AreFoundAsTheyAreNow()
    {
        var run = Run("run1", RunStatus.Paused) with { Attention = "disk full", Labels = new Dictionary<string, string> { ["correlationId"] = "old-1" } };
        await Store.CommitAsync(new WriteSet { Runs = [run, Run("run2")] });
        await Store.CommitAsync(new WriteSet { Runs = [run with { Status = RunStatus.Running, Attention = null, Labels = new Dictionary<string, string> { ["correlationId"] = "new-1", ["name"] = "" } }] });
        Assert.Empty(await FoundAsync(new RunQuery { Text = "disk" }));
        Assert.Empty(await FoundAsync(new RunQuery { Text = "old-" }));
        Assert.Empty(await FoundAsync(new RunQuery { Label = ("correlationId", "old-1") }));
        Assert.Equal(["run1"], await FoundAsync(new RunQuery { Text = "new-" }));
        Assert.Equal(["run1"], await FoundAsync(new RunQuery { Label = ("correlationId", "new-1") }));
        Assert.Equal(["run1"], await FoundAsync(new RunQuery { Label = ("name", "") }));
        await Store.CommitAsync(new WriteSet { Runs = [run with { Status = RunStatus.Completed, Attention = null, Labels = null }] });
        Assert.Empty(await FoundAsync(new RunQuery { Text = "new-" }));
        Assert.Empty(await FoundAsync(new RunQuery { Label = ("name", "") }));
    }

    [Fact]
    public async Task Runs_ByEachInstant_AreOrderedAndLimited()
    {
        await Store.CommitAsync(new WriteSet
        {
            Runs =
            [
                Run("a", minute: 1) with { UpdatedAt = Noon.AddMinutes(9) },
                Run("b", minute: 2) with { UpdatedAt = Noon.AddMinutes(5), CompletedAt = Noon.AddMinutes(5) },
                Run("c", minute: 3) with { UpdatedAt = Noon.AddMinutes(4), CompletedAt = Noon.AddMinutes(4) },
                Run("d", minute: 3) with { UpdatedAt = Noon.AddMinutes(6) },
            ],
        });
        Assert.Equal("dcba", await Of(new RunQuery()));
        Assert.Equal("abcd", await Of(new RunQuery { Ascending = true }));
        Assert.Equal("adbc", await Of(new RunQuery { Order = RunInstant.Updated }));
        Assert.Equal("cb", await Of(new RunQuery(Limit: 2) { Order = RunInstant.Updated, Ascending = true }));
        Assert.Equal("bcda", await Of(new RunQuery { Order = RunInstant.Completed }));
        Assert.Equal("adcb", await Of(new RunQuery { Order = RunInstant.Completed, Ascending = true }));
        Assert.Equal("cd", await Of(new RunQuery(Limit: 2) { Order = RunInstant.Completed, Skip = 1 }));
        Assert.Equal("b", await Of(new RunQuery { Times = [new RunTimeLimit(RunInstant.Completed, ">=", Noon.AddMinutes(5))] }));
        Assert.Equal("c", await Of(new RunQuery { Times = [new RunTimeLimit(RunInstant.Completed, "!=", Noon.AddMinutes(5))] }));
        Assert.Equal("db", await Of(new RunQuery { Times = [new RunTimeLimit(RunInstant.Updated, ">", Noon.AddMinutes(4)), new RunTimeLimit(RunInstant.Updated, "<=", Noon.AddMinutes(6))] }));
        Assert.Equal("c", await Of(new RunQuery { Times = [new RunTimeLimit(RunInstant.Updated, "=", Noon.AddMinutes(4))] }));
        Assert.Equal("", await Of(new RunQuery { Skip = 4 }));

        async Task<string> Of(RunQuery query) => string.Concat(await FoundAsync(query));
    }

    [Fact]
    public async Task Run_WhoseClockWentBack_NeverEndsBeforeItBegan()
    {
        await Store.CommitAsync(new WriteSet { Runs = [Run("run1", minute: 5) with { UpdatedAt = Noon, CompletedAt = Noon }] });
        var run = await Store.FindRunAsync("run1", None);
        Assert.Equal((run!.CreatedAt, (DateTimeOffset?)run.CreatedAt), (run.UpdatedAt, run.CompletedAt));
        await Store.CommitAsync(new WriteSet { Runs = [run with { UpdatedAt = Noon, CompletedAt = Noon }] });
        Assert.Equal(run, await Store.FindRunAsync("run1", None));
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
