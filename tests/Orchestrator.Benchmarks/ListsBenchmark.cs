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

/// <summary>
/// Lists of definitions, instances and runs over HTTP with a million runs in the store: every filter and order that Elsa Studio and our pages offer, deep pages, and their counts. Processor time is that of
/// server and client together: a busy machine blurs it less.
/// </summary>
internal sealed class ListsBenchmark : Benchmark
{
    private const int Runs = 1_000_000;
    private const int Definitions = 5_000;
    private const int Versions = 20;
    private const int Used = 200;
    private const int Calls = 300;
    private const int Warming = 20;

    private static readonly DateTimeOffset Start = TimeProvider.System.GetUtcNow().AddDays(-30);

    public override string Name => "lists";

    public override Task RunAsync() => InFolderAsync(async folder =>
    {
        await using var store = await SqliteStore.OpenAsync(Path.Combine(folder, "store.db"), asOwner: true);
        var watch = Stopwatch.StartNew();
        await FillAsync(store);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"lists: {Runs:N0} runs of {Used} among {Definitions:N0} definitions with {Versions} versions each, written in {watch.Elapsed.TotalSeconds:N0} s"));
        var catalog = new ActivityCatalog([]);
        await using var engine = await WorkflowEngine.OpenAsync(
            new EngineOptions { Store = store, Activities = catalog, OpenTarget = BuiltinTargets.OpenAsync, Seal = FileSeal.Open(folder) }, CancellationToken.None);
        await using var server = await OrchestratorServer.StartAsync(
            new ServerOptions { Listen = "http://127.0.0.1:0", DataFolder = folder, Store = store, Engine = engine, Compile = new BlueprintCompiler(catalog).CompileBlueprint, Version = "bench", Meter = new("bench"), Seal = FileSeal.Open(folder) }, CancellationToken.None);
        using var client = new HttpClient { BaseAddress = new Uri(server.Address) };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(folder, "admin.token"))).Trim());
        Console.WriteLine($"{"request",-62} {"p50 ms",9} {"p99 ms",9} {"max ms",9} {"CPU ms",9}");
        foreach (var (name, path, body) in Requests()) await MeasureAsync(client, name, path, body);
    });

    private static IEnumerable<(string Name, string Path, string? Body)> Requests()
    {
        yield return Get("definitions, first page", "/elsa/api/workflow-definitions?versionOptions=Latest&Page=0&PageSize=10&OrderBy=Name");
        yield return Get("definitions, last page", "/elsa/api/workflow-definitions?versionOptions=Latest&Page=499&PageSize=10&OrderBy=Name");
        yield return Get("definitions, newest first", "/elsa/api/workflow-definitions?versionOptions=Latest&Page=0&PageSize=10&OrderBy=Created&OrderDirection=Descending");
        yield return Get("definitions, search", "/elsa/api/workflow-definitions?versionOptions=Latest&Page=0&PageSize=10&SearchTerm=flow-17");
        yield return Get("definitions, latest or published, page of 100", "/elsa/api/workflow-definitions?versionOptions=LatestOrPublished&Page=0&PageSize=100");
        yield return Get("definitions, versions of one", "/elsa/api/workflow-definitions?versionOptions=AllVersions&DefinitionIds=flow-17&Page=0&PageSize=20");
        yield return Instances("first page", "");
        yield return Instances("page of 100", "", 0, 100);
        yield return Instances("tenth page", "", 9, 25);
        yield return Instances("page 50,001 of 100,000", "", 50_000);
        yield return Instances("page 25,001", "", 25_000);
        yield return Instances("last page", "", Runs / 10 - 1);
        yield return Instances("finished", """ "statuses":["Finished"] """);
        yield return Instances("finished, page 30,001", """ "statuses":["Finished"] """, 30_000);
        yield return Instances("suspended (a few)", """ "subStatuses":["Suspended"] """);
        yield return Instances("faulted", """ "subStatuses":["Faulted"] """);
        yield return Instances("with incidents", """ "hasIncidents":true """);
        yield return Instances("without incidents", """ "hasIncidents":false """);
        yield return Instances("of one definition", """ "definitionId":"flow-17" """);
        yield return Instances("of one definition, faulted", """ "definitionIds":["flow-119"],"subStatuses":["Faulted"] """);
        yield return Instances("of one definition and version", """ "definitionIds":["flow-17"],"version":1 """);
        yield return Instances("by correlation id", """ "correlationId":"order-250000" """);
        yield return Instances("by correlation id, finished", """ "correlationId":"order-250000","statuses":["Finished"] """);
        yield return Instances("text: a correlation id", """ "searchTerm":"order-250000" """);
        yield return Instances("text: part of an instance name", """ "searchTerm":"customer 91" """);
        yield return Instances("text: in half of all runs", """ "searchTerm":"order-" """);
        yield return Instances("text: in half of all runs, page 101", """ "searchTerm":"order-" """, 100);
        yield return Instances("text: in half of all runs, faulted", """ "searchTerm":"order-","subStatuses":["Faulted"] """);
        yield return Instances("text: names of definitions", """ "searchTerm":"flow-1" """);
        yield return Instances("text: beginning of an id", """ "searchTerm":"run000005" """);
        yield return Instances("text: attention", """ "searchTerm":"permission denied" """);
        yield return Instances("text: nowhere", """ "searchTerm":"zebra" """);
        yield return Instances("text: two letters", """ "searchTerm":"fl" """);
        foreach (var (order, name) in ((string, string)[])[("Created", "creation"), ("LastExecuted", "last change"), ("Finished", "end")])
        {
            foreach (var direction in (string[])["Ascending", "Descending"]) yield return Instances($"by {name}, {direction}", $$""" "orderBy":"{{order}}","orderDirection":"{{direction}}" """);
            yield return Instances($"by {name}, finished, page 10,001", $$""" "orderBy":"{{order}}","statuses":["Finished"] """, 10_000);
            yield return Instances($"by {name}, faulted", $$""" "orderBy":"{{order}}","subStatuses":["Faulted"] """);
            yield return Instances($"by {name}, of one definition", $$""" "orderBy":"{{order}}","definitionId":"flow-17" """);
            yield return Instances($"by {name}, text in half of all runs", $$""" "orderBy":"{{order}}","searchTerm":"order-" """);
        }

        foreach (var column in (string[])["CreatedAt", "UpdatedAt", "FinishedAt"])
        {
            yield return Instances($"{column} in one day", Times(column, Start.AddDays(10), Start.AddDays(11)));
            yield return Instances($"{column} in one hour", Times(column, Start.AddDays(10), Start.AddDays(10).AddHours(1)));
            yield return Instances($"{column} before a day", Times(column, null, Start.AddDays(5)));
            yield return Instances($"{column} after a day, faulted, by end", Times(column, Start.AddDays(5), null) + """ ,"subStatuses":["Faulted"],"orderBy":"Finished" """);
        }

        yield return Get("our runs, first page", "/api/v1/runs?limit=25");
        yield return Get("our runs, page in the middle", $"/api/v1/runs?limit=25&before={Id(Runs / 2)}");
        yield return Get("our runs, paused", "/api/v1/runs?limit=25&status=paused");
        yield return Get("our runs, of a blueprint, failed", "/api/v1/runs?limit=25&status=failed&blueprint=flow-119");
        yield return Get("our runs, label of a third of all", "/api/v1/runs?limit=25&label=env%3Dlab");
        yield return Get("our runs, label of a third of all, failed", "/api/v1/runs?limit=25&label=env%3Dlab&status=failed");
        yield return Get("our runs, label of a third of all, of a blueprint", "/api/v1/runs?limit=25&label=env%3Dlab&blueprint=flow-17");
        yield return Get("our runs, text, label and day", "/api/v1/runs?limit=25&label=env%3Dlab&text=order-&since=" + Uri.EscapeDataString(Start.AddDays(20).ToString("O", CultureInfo.InvariantCulture)));
        yield return Get("our runs, start key", "/api/v1/runs?limit=25&text=key-400000");
        yield return Get("our runs, text, page in the middle", $"/api/v1/runs?limit=25&text=order-&before={Id(Runs / 2)}");
        yield return Get("our runs, children of one", $"/api/v1/runs?limit=25&parent={Id(7_000)}");
    }

    private static (string Name, string Path, string? Body) Get(string name, string path) => (name, path, null);

    private static (string Name, string Path, string? Body) Instances(string name, string filter, int page = 0, int size = 10) =>
        ($"instances, {name}", "/elsa/api/workflow-instances", string.Create(CultureInfo.InvariantCulture, $$"""{"page":{{page}},"pageSize":{{size}}{{(filter.Length > 0 ? "," : "")}}{{filter}}}"""));

    private static string Times(string column, DateTimeOffset? from, DateTimeOffset? to)
    {
        var limits = new List<string>();
        if (from is { } first) limits.Add($$"""{"column":"{{column}}","operator":"GreaterThanOrEqual","timestamp":"{{first:O}}"}""");
        if (to is { } last) limits.Add($$"""{"column":"{{column}}","operator":"LessThan","timestamp":"{{last:O}}"}""");
        return $"\"timestampFilters\":[{string.Join(',', limits)}]";
    }

    private static async Task FillAsync(SqliteStore store)
    {
        for (var definition = 0; definition < Definitions; definition++)
        {
            var workflows = Enumerable.Range(1, Versions).Select(version => new StoredWorkflow(
                $"version-{definition:D4}-{version}", $"flow-{definition}", version, $"Flow {definition}", $"Definition number {definition}", "3.8.0.0", WorkflowOrigin.Studio, Hash(definition, version),
                IsLatest: version == Versions, IsPublished: version == Versions - definition % 2, IsReadonly: false, IsSystem: false, UsableAsActivity: false, IsDeleted: false, Start.AddSeconds(definition * 60 + version))).ToList();
            var definitions = workflows.Select(workflow => new StoredDefinition(workflow.Hash, workflow.DefinitionId, 1, System.Text.Encoding.UTF8.GetBytes(
                $$"""{"id":"{{workflow.VersionId}}","definitionId":"{{workflow.DefinitionId}}","name":"{{workflow.Name}}","version":{{workflow.Version}},"root":{"id":"flow","type":"Elsa.Flowchart","version":1,"activities":[],"connections":[] } }""")));
            await store.CommitAsync(new WriteSet { Definitions = [.. definitions], Workflows = workflows });
        }

        const int Batch = 5_000;
        var last = Task.CompletedTask;
        for (var first = 0; first < Runs; first += Batch)
        {
            var set = new WriteSet { Runs = [.. Enumerable.Range(first, Batch).Select(Row)] };
            await last;
            last = store.CommitAsync(set);
        }

        await last;
    }

    private static string Id(int number) => $"run{number:D11}";

    private static string Hash(long definition, long version) => $"hash-{definition:D6}-{version:D6}";

    /// <summary>Most runs ended well; a few failed, were cancelled or wait. Each has a label that a third has, half have a correlation id, a tenth a name, a quarter a start key.</summary>
    private static RunSummary Row(int number)
    {
        var status = (number % 1000) switch { < 10 => RunStatus.Failed, < 15 => RunStatus.Cancelled, < 16 => RunStatus.Waiting, 16 when number % 10_000 == 16 => RunStatus.Paused, _ => RunStatus.Completed };
        var at = Start.AddMilliseconds(number * 2000L);
        var ended = at.AddSeconds(1 + number * 7919L % 300);
        var definition = number * 7919L % Used;
        var labels = new Dictionary<string, string> { ["env"] = (number % 3) switch { 0 => "lab", 1 => "stage", _ => "live" } };
        if (number % 2 == 0) labels["correlationId"] = $"order-{number / 2}";
        if (number % 10 == 0) labels["name"] = $"Order {number / 2} of customer {number % 997}";
        return new RunSummary(
            Id(number), Hash(definition, Versions), $"flow-{definition}", 1, status, status is RunStatus.Failed or RunStatus.Paused ? $"push: permission denied for key {number % 50}" : null,
            at, ended, status is RunStatus.Waiting or RunStatus.Paused ? null : ended, number % 100 == 1 ? Id(number / 1000 * 1000) : null, number % 4 == 0 ? $"key-{number}" : null, labels);
    }

    private static async Task MeasureAsync(HttpClient client, string name, string path, string? body)
    {
        var times = new List<double>();
        var processor = TimeSpan.Zero;
        for (var i = 0; i < Calls + Warming; i++)
        {
            if (i == Warming) processor = Environment.CpuUsage.TotalTime;
            var began = Stopwatch.GetTimestamp();
            using var request = new HttpRequestMessage(body is null ? HttpMethod.Get : HttpMethod.Post, path);
            if (body is not null) request.Content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
            using var answer = await client.SendAsync(request);
            var text = await answer.Content.ReadAsStringAsync();
            if (!answer.IsSuccessStatusCode || (text.StartsWith("{\"items\":[]", StringComparison.Ordinal) && !name.Contains("nowhere", StringComparison.Ordinal))) throw new InvalidOperationException($"{name}: {(int)answer.StatusCode} {text[..Math.Min(200, text.Length)]}");
            if (i >= Warming) times.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
        }

        processor = Environment.CpuUsage.TotalTime - processor;
        times.Sort();
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{name,-62} {times[times.Count / 2],9:N2} {times[(int)(times.Count * 0.99)],9:N2} {times[^1],9:N2} {processor.TotalMilliseconds / Calls,9:N2}"));
    }
}
