using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orchestrator.Blueprints;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;
using Orchestrator.Server;
using Orchestrator.Stores.Secrets;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Benchmarks;

/// <summary>
/// What Elsa Studio's viewer asks again and again while it shows a run of a workflow with a long loop: in process and over HTTP. The ratio is of processor time, to that of folding the journal anew.
/// </summary>
internal sealed class ViewsBenchmark : Benchmark
{
    private const int Rounds = 1_200;
    private const int Calls = 200;

    private double _anew;

    public override string Name => "views";

    public override Task RunAsync() => InFolderAsync(async folder =>
    {
        await using var store = await SqliteStore.OpenAsync(Path.Combine(folder, "store.db"), asOwner: true);
        var catalog = new ActivityCatalog([new NoOp()]);
        await using var engine = await WorkflowEngine.OpenAsync(
            new EngineOptions { Store = store, Activities = catalog, OpenTarget = (name, _, _, _) => Task.FromResult<Target>(new Nowhere { Name = name }), Seal = FileSeal.Open(folder) }, CancellationToken.None);
        using var meter = new Meter("views");
        await using var server = await OrchestratorServer.StartAsync(
            new ServerOptions { Listen = "http://127.0.0.1:0", DataFolder = folder, Store = store, Engine = engine, Compile = new BlueprintCompiler(catalog).CompileBlueprint, Meter = meter, Version = "bench", Seal = FileSeal.Open(folder) }, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(folder, "admin.token"))).Trim());
        var run = (await engine.StartAsync(new StartRun(Looping(), Value.EmptyMap), CancellationToken.None)).RunId;
        await engine.WaitAsync(run, CancellationToken.None, orWaiting: true);
        var execution = (await Executions.ReadAsync(store, run, CancellationToken.None))!;
        var events = await store.LastEventNumberAsync(run, CancellationToken.None);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"views: a journal of {events:N0} events, {execution.Activities.Count:N0} executions of activities"));
        Console.WriteLine($"{"view",-62} {"p50 ms",9} {"p99 ms",9} {"CPU ms",9} {"ratio",9}");
        await MeasureAsync("the journal folded anew", () => Executions.ReadAsync(store, run, CancellationToken.None));
        await InProcessAsync(store, run);
        var node = execution.Activities[^2].NodeId;
        var nodes = JsonSerializer.Serialize(execution.Activities.Select(activity => activity.NodeId).Distinct());
        await MeasureAsync("HTTP: report for the badges", () => PostAsync("/elsa/api/activity-executions/report", $$"""{"workflowInstanceId":"{{run}}","activityNodeIds":{{nodes}}}"""));
        await MeasureAsync("HTTP: journal, page of 100", () => PostAsync($"/elsa/api/workflow-instances/{run}/journal?skip=1000&take=100", """{"filter":{"excludedActivityTypes":["Elsa.Flowchart"]}}"""));
        await MeasureAsync("HTTP: instance", () => GetAsync($"/elsa/api/workflow-instances/{run}"));
        await MeasureAsync("HTTP: executions of one activity, summaries", () => GetAsync($"/elsa/api/activity-execution-summaries/list?workflowInstanceId={run}&activityNodeId={node}"));
        await MeasureAsync("HTTP: executions of one activity, records", () => GetAsync($"/elsa/api/activity-executions/list?workflowInstanceId={run}&activityNodeId={node}"));
        await MeasureAsync("HTTP: one execution", () => GetAsync($"/elsa/api/activity-executions/{execution.Activities[^2].Id}"));
        await MeasureAsync("HTTP: state", () => GetAsync($"/elsa/api/workflow-instances/{run}/execution-state"));

        async Task PostAsync(string path, string body)
        {
            using var content = new StringContent(body, Encoding.UTF8, "application/json");
            using var answer = (await client.PostAsync(path, content)).EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
        }

        async Task GetAsync(string path)
        {
            using var answer = (await client.GetAsync(path)).EnsureSuccessStatusCode();
            await answer.Content.ReadAsByteArrayAsync();
        }
    });

    private async Task InProcessAsync(SqliteStore store, string run)
    {
        var book = new ExecutionBook(store);
        await MeasureAsync("a book, nothing new", () => book.ReadAsync(run, CancellationToken.None));
        // The same journal comes event by event into a store in memory.
        await using var growing = new InMemoryStore();
        var rows = await store.ReadEventsAsync(run, 0, int.MaxValue, CancellationToken.None);
        var row = (await store.FindRunAsync(run, CancellationToken.None))!;
        var definition = new StoredDefinition(row.Definition, row.Blueprint, row.Version, (await store.ReadDefinitionAsync(row.Definition, CancellationToken.None))!);
        var from = rows.Count - Calls - 10;
        await growing.CommitAsync(new WriteSet { Runs = [row], Definitions = [definition], Events = [.. rows.Take(from)] });
        var grown = new ExecutionBook(growing);
        await grown.ReadAsync(run, CancellationToken.None);
        await MeasureAsync("a book, one event more each time", async () =>
        {
            await growing.CommitAsync(new WriteSet { Events = [rows[from++]] });
            await grown.ReadAsync(run, CancellationToken.None);
        });
    }

    private async Task MeasureAsync(string name, Func<Task> view)
    {
        for (var i = 0; i < 10; i++) await view();
        var times = new double[Calls];
        var processor = Environment.CpuUsage.TotalTime;
        for (var i = 0; i < Calls; i++)
        {
            var began = Stopwatch.GetTimestamp();
            await view();
            times[i] = Stopwatch.GetElapsedTime(began).TotalMilliseconds;
        }

        var cpu = (Environment.CpuUsage.TotalTime - processor).TotalMilliseconds / Calls;
        if (_anew == 0) _anew = cpu;
        Array.Sort(times);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-62} {times[Calls / 2],9:N2} {times[Calls * 99 / 100],9:N2} {cpu,9:N2} {cpu / _anew,9:N3}"));
    }

    /// <summary>A loop over a step of ours, then a wait: a run that is open and has a past.</summary>
    private static Definition Looping() => DefinitionJson.Sealed(DefinitionJson.Read(Encoding.UTF8.GetBytes($$"""
        {"id":"looping-v1","definitionId":"looping","name":"looping","version":1,"customProperties":{},"root":{"id":"seq","type":"Elsa.Sequence","version":1,"activities":[
          {"id":"loop","type":"Elsa.For","version":1,"start":{{Literal(1)}},"end":{{Literal(Rounds)}},"step":{{Literal(1)}},"body":{"id":"work","type":"bench.noop","version":1,"customProperties":{},"metadata":{} } },
          {"id":"hold","type":"Elsa.Event","version":1,"eventName":{{Literal("go")}}} ] } }
        """)));

    private static string Literal(object value) => $$"""{"typeName":null,"expression":{"type":"Literal","value":"{{value}}"} }""";
}
