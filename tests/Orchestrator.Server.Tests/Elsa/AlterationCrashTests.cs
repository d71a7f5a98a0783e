using System.Text;
using System.Text.Json.Nodes;
using Orchestrator.Activities;
using Orchestrator.Activities.Targets;
using Orchestrator.Blueprints;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Instances;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>The process dies at each commit of a plan over two instances, before or after it took effect: the next start does what is left, and each alteration is in the journal once.</summary>
public sealed class AlterationCrashTests
{
    private const string Flow = """
        {"id":"flow-v1","definitionId":"flow","name":"flow","version":1,
         "variables":[{"id":"n","name":"N","typeName":"Int32","isArray":false,"value":"0"}],
         "root":{"id":"seq","type":"Elsa.Sequence","version":1,"activities":[
           {"id":"gate","type":"Elsa.Event","version":1,"eventName":{"typeName":"String","expression":{"type":"Literal","value":"go"}}},
           {"id":"after","type":"Elsa.WriteLine","version":1,"text":{"typeName":"String","expression":{"type":"Literal","value":"done"}}}]}}
        """;

    private static readonly ActivityCatalog Catalog = new(BuiltinActivities.All());
    private static readonly SecretSeal Seal = new(Encoding.UTF8.GetBytes, Encoding.UTF8.GetString);
    private static readonly Caller Ann = new("token:ann", Role.Operator, Token: "");

    [Fact]
    public async Task Crash_AtAnyCommitOfAPlan_IsFinishedAtTheNextStart()
    {
        var commits = await PlayAsync(null, default);
        Assert.True(commits >= 4, $"only {commits} commits: the plan, two runs, the end");
        for (var commit = 1; commit <= commits; commit++)
            foreach (var fault in Enum.GetValues<CommitFault>())
                await PlayAsync(commit, fault);
    }

    private static async Task<int> PlayAsync(int? crash, CommitFault fault)
    {
        var store = new FaultyStore(new FaultPlan());
        var (engine, _) = await OpenAsync(store);
        var runs = new List<string>();
        for (var i = 0; i < 2; i++)
        {
            runs.Add((await engine.StartAsync(new StartRun(DefinitionJson.Read(Encoding.UTF8.GetBytes(Flow)), Value.EmptyMap), CancellationToken.None)).RunId);
            await engine.WaitAsync(runs[i], CancellationToken.None, orWaiting: true);
        }

        await engine.DisposeAsync();
        store = store.Restart(new FaultPlan { Crashes = crash is { } at ? new Dictionary<int, CommitFault> { [at] = fault } : new Dictionary<int, CommitFault>() });
        (engine, var plans) = await OpenAsync(store);
        var isOver = await TrySubmitAsync(store, engine, plans, runs);
        // How many commits the ends of the runs share depends on the threads.
        if (crash is null or <= 4) Assert.Equal(crash is null, isOver);
        var commits = store.Commits;
        if (!isOver)
        {
            await engine.DisposeAsync();
            store = store.Restart();
            (engine, plans) = await OpenAsync(store);
            await plans.ResumeAsync();
            // Nobody was told that it is on disk, so it need not be; the sender asks again.
            if (await store.FindPlanAsync("plan1", CancellationToken.None) is null) Assert.Equal((1, CommitFault.Before), (crash, fault));
            Assert.True(await TrySubmitAsync(store, engine, plans, runs));
        }

        var told = (await plans.FindAsync("plan1", CancellationToken.None))!;
        Assert.Equal("Completed", told["plan"]!["status"]!.GetValue<string>());
        Assert.Equal(["Completed", "Completed"], told["jobs"]!.AsArray().Select(job => job!["status"]!.GetValue<string>()));
        Assert.Empty(await store.ListOpenPlansAsync(CancellationToken.None));
        foreach (var run in runs)
        {
            Assert.Equal(RunStatus.Completed, (await engine.WaitAsync(run, CancellationToken.None)).Status);
            Assert.Equal(["variable", "cancel"], (await store.ReadEventsAsync(run, 0, 100, CancellationToken.None)).Where(row => row.Type == "RunAltered").Select(row => JsonNode.Parse(row.Body.Span)!["what"]!.GetValue<string>()));
            Assert.Equal(Value.Of(7), (await Executions.ReadAsync(store, run, CancellationToken.None))!.Variables.Single(each => each.Name == "N").Value);
        }

        await engine.DisposeAsync();
        return commits;
    }

    private static async Task<bool> TrySubmitAsync(FaultyStore store, WorkflowEngine engine, AlterationPlans plans, List<string> runs)
    {
        var request = (JsonObject)JsonNode.Parse("""{"alterations":[{"type":"ModifyVariable","variableId":"n","value":7},{"type":"CancelActivity","activityId":"gate"}],"filter":{}}""")!;
        try
        {
            var doing = DoAsync();
            await Task.WhenAny(doing, store.Crashed).WaitAsync(TimeSpan.FromMinutes(1));
            if (store.Crashed.IsCompleted) return false;
            await doing;
            return true;
        }
        catch (StoreCrashedException)
        {
            return false;
        }

        async Task DoAsync()
        {
            await plans.SubmitAsync("plan1", request, () => Task.FromResult<IReadOnlyList<string>>(runs), Ann);
            foreach (var run in runs) await engine.WaitAsync(run, CancellationToken.None);
        }
    }

    private static async Task<(WorkflowEngine Engine, AlterationPlans Plans)> OpenAsync(FaultyStore store)
    {
        var engine = await WorkflowEngine.OpenAsync(new EngineOptions { Store = store, Activities = Catalog, OpenTarget = BuiltinTargets.OpenAsync, Seal = Seal }, CancellationToken.None);
        return (engine, new AlterationPlans(new ServerOptions
        {
            Listen = "", DataFolder = "", Store = store, Engine = engine, Meter = new("test"), Compile = new BlueprintCompiler(Catalog).CompileBlueprint, Activities = Catalog, Seal = Seal, Version = "test",
        }));
    }
}
