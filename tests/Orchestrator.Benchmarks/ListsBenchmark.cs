using System.Diagnostics;
using System.Globalization;
using System.Net.Http.Headers;
using Orchestrator.Activities.Targets;
using Orchestrator.Blueprints;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Server;
using Orchestrator.Stores.Secrets;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Benchmarks;

/// <summary>Lists of definitions and instances over HTTP with a million runs in the store: first pages, filters by status and definition, search, and their counts.</summary>
internal sealed class ListsBenchmark : Benchmark
{
    private const int Runs = 1_000_000;
    private const int Definitions = 200;
    private const int Calls = 300;

    public override string Name => "lists";

    public override Task RunAsync() => InFolderAsync(async folder =>
    {
        await using var store = await SqliteStore.OpenAsync(Path.Combine(folder, "store.db"), asOwner: true);
        var watch = Stopwatch.StartNew();
        await FillAsync(store);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lists: {Runs:N0} runs of {Definitions} definitions, written in {watch.Elapsed.TotalSeconds:N0} s"));
        var catalog = new ActivityCatalog([]);
        await using var engine = await WorkflowEngine.OpenAsync(
            new EngineOptions { Store = store, Activities = catalog, OpenTarget = BuiltinTargets.OpenAsync, Seal = FileSeal.Open(folder) }, CancellationToken.None);
        await using var server = await OrchestratorServer.StartAsync(
            new ServerOptions { Listen = "http://127.0.0.1:0", DataFolder = folder, Store = store, Engine = engine, Compile = new BlueprintCompiler(catalog).CompileBlueprint, Version = "bench", Seal = FileSeal.Open(folder) }, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(folder, "admin.token"))).Trim());
        Console.WriteLine($"{"request",-62} {"p50 ms",9} {"p99 ms",9} {"max ms",9}");
        foreach (var (name, path, body) in Requests()) await MeasureAsync(client, name, path, body);
    });

    private static IEnumerable<(string Name, string Path, string? Body)> Requests()
    {
        yield return ("definitions, first page", "/workflow-definitions?versionOptions=Latest&Page=0&PageSize=10&OrderBy=Name", null);
        yield return ("definitions, search", "/workflow-definitions?versionOptions=Latest&Page=0&PageSize=10&SearchTerm=flow-17", null);
        yield return ("instances, first page", "/workflow-instances", """{"page":0,"pageSize":10}""");
        yield return ("instances, page of 100", "/workflow-instances", """{"page":0,"pageSize":100}""");
        yield return ("instances, tenth page", "/workflow-instances", """{"page":9,"pageSize":25}""");
        yield return ("instances, finished", "/workflow-instances", """{"page":0,"pageSize":10,"statuses":["Finished"]}""");
        yield return ("instances, suspended (a few)", "/workflow-instances", """{"page":0,"pageSize":10,"subStatuses":["Suspended"]}""");
        yield return ("instances, faulted", "/workflow-instances", """{"page":0,"pageSize":10,"subStatuses":["Faulted"]}""");
        yield return ("instances, with incidents", "/workflow-instances", """{"page":0,"pageSize":10,"hasIncidents":true}""");
        yield return ("instances, of one definition", "/workflow-instances", """{"page":0,"pageSize":10,"definitionId":"flow-17"}""");
        yield return ("instances, of one definition, faulted", "/workflow-instances", """{"page":0,"pageSize":10,"definitionIds":["flow-119"],"subStatuses":["Faulted"]}""");
    }

    private static async Task FillAsync(SqliteStore store)
    {
        var start = TimeProvider.System.GetUtcNow().AddDays(-30);
        var workflows = Enumerable.Range(0, Definitions).Select(i => new StoredWorkflow(
            $"version-{i:D4}", $"flow-{i}", 1, $"Flow {i}", $"Definition number {i}", "3.8.0.0", WorkflowOrigin.Studio, $"hash-{i:D12}",
            IsLatest: true, IsPublished: true, IsReadonly: false, IsSystem: false, UsableAsActivity: false, IsDeleted: false, start)).ToList();
        var definitions = workflows.Select(workflow => new StoredDefinition(workflow.Hash, workflow.DefinitionId, 1, System.Text.Encoding.UTF8.GetBytes(
            $$"""{"id":"{{workflow.VersionId}}","definitionId":"{{workflow.DefinitionId}}","name":"{{workflow.Name}}","version":1,"root":{"id":"flow","type":"Elsa.Flowchart","version":1,"activities":[],"connections":[] } }""")));
        await store.CommitAsync(new WriteSet { Definitions = [.. definitions], Workflows = workflows });
        const int Batch = 5_000;
        var last = Task.CompletedTask;
        for (var first = 0; first < Runs; first += Batch)
        {
            var set = new WriteSet { Runs = [.. Enumerable.Range(first, Batch).Select(number => Row(number, start))] };
            await last;
            last = store.CommitAsync(set);
        }

        await last;
    }

    private static RunSummary Row(int number, DateTimeOffset start)
    {
        // Most runs ended well; a few failed, were cancelled or wait.
        var status = (number % 1000) switch { < 10 => RunStatus.Failed, < 15 => RunStatus.Cancelled, < 16 => RunStatus.Waiting, _ => RunStatus.Completed };
        var at = start.AddMilliseconds(number * 2000L);
        var definition = number * 7919L % Definitions;
        return new RunSummary(
            $"run{number:D11}", $"hash-{definition:D12}", $"flow-{definition}", 1, status, null, at, at.AddSeconds(1), status == RunStatus.Waiting ? null : at.AddSeconds(1));
    }

    private static async Task MeasureAsync(HttpClient client, string name, string path, string? body)
    {
        var times = new List<double>();
        for (var i = 0; i < Calls + 20; i++)
        {
            var began = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, "/elsa/api" + path);
            if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode || text.StartsWith("{\"items\":[]", StringComparison.Ordinal)) throw new InvalidOperationException($"{name}: {(int)answer.StatusCode} {text[..Math.Min(200, text.Length)]}");
            if (i >= 20) times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-62} {times[times.Count / 2],9:N2} {times[(int)(times.Count * 0.99)],9:N2} {times[^1],9:N2}"));
    }
}
