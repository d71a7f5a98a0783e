using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Stores.Tests.Sqlite;

/// <summary>
/// Whatever is asked, SQLite answers as the store in memory, which just looks at every run. The queries are drawn from a seed; how many rows are few decides which indices SQLite takes, so it is varied.
/// </summary>
public sealed class RunSearchTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly string[] Texts = ["a", "flow", "flow-1", "lab", "LAB", "er-1", "order", "Order-12", "%", "_", "\"", "*", "grün", "GR", "0r0", "0r00", "0r001", "no such text", "it's", "a\"b", "\nb", "AND", "permission", "-"];
    private static readonly string[] Blueprints = ["flow-1", "flow-2", "Flow-10", "lab", "grün"];
    private static readonly string[] Comparisons = ["<", "<=", ">", ">=", "=", "!="];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData(1, 0)]
    [InlineData(2, 0)]
    [InlineData(3, 5)]
    [InlineData(4, 25)]
    [InlineData(5, 5000)]
    public async Task Search_AnyQuery_IsAnsweredAsByLookingAtEveryRun(int seed, int few)
    {
        var random = new Random(seed);
        await using var memory = new InMemoryStore();
        await using var sqlite = await SqliteStore.OpenAsync(_folder.File("store.db"), asOwner: true);
        sqlite.Few = few;
        for (var round = 0; round < 3; round++)
        {
            var set = new WriteSet { Runs = [.. Enumerable.Range(0, 80).Select(_ => Row(random))], ForgetRuns = [.. Enumerable.Range(0, 5).Select(_ => Id(random.Next(200)))] };
            await memory.CommitAsync(set);
            await sqlite.CommitAsync(set);
            for (var i = 0; i < 250; i++)
            {
                var query = Query(random);
                var expected = await memory.ListRunsAsync(query, CancellationToken.None);
                var actual = await sqlite.ListRunsAsync(query, CancellationToken.None);
                Assert.True(expected.Select(run => run.RunId).SequenceEqual(actual.Select(run => run.RunId)), $"{Say(query)}: expected {Ids(expected)}, found {Ids(actual)}");
                var (truth, count) = (await memory.CountRunsAsync(query, CancellationToken.None), await sqlite.CountRunsAsync(query, CancellationToken.None));
                Assert.True(count.IsExact ? count.Number == truth.Number : count.Number <= truth.Number, $"{Say(query)}: {truth.Number} fit, counted {count}");
                Assert.True(count.IsExact || few < 5000, $"{Say(query)} is not counted exactly");
            }
        }
    }

    [Theory]
    [InlineData(0)]
    [InlineData(7)]
    [InlineData(40)]
    public async Task Page_DeepAmongManyRuns_IsThatOfLookingAtEveryRun(int few)
    {
        await using var memory = new InMemoryStore();
        await using var sqlite = await SqliteStore.OpenAsync(_folder.File("store.db"), asOwner: true);
        sqlite.Few = few;
        var set = new WriteSet { Runs = [.. Enumerable.Range(0, 400).Select(InBursts)] };
        await memory.CommitAsync(set);
        await sqlite.CommitAsync(set);
        foreach (var query in (RunQuery[])[
            new([RunStatus.Completed, RunStatus.Failed, RunStatus.Cancelled]), new([RunStatus.Failed, RunStatus.Paused]), new() { Blueprints = ["flow-1", "flow-2", "lab"] },
            new([RunStatus.Completed, RunStatus.Failed]) { Blueprints = ["flow-1", "lab", "none"] },
            new([RunStatus.Completed, RunStatus.Failed]) { Times = [new(RunInstant.Created, ">", Noon.AddMinutes(9))] }, new([RunStatus.Completed, RunStatus.Failed], Before: (Noon.AddMinutes(30), Id(92))),
            new() { Text = "customer 3" }, new() { Text = "of customer 12" }, new() { Text = "order 1" }, new() { Text = "r 399 of c" }, new() { Text = "order 1 of customer 3" }])
        {
            for (var skip = 0; skip <= 400; skip += 9)
            {
                foreach (var asked in (RunQuery[])[query with { Skip = skip, Limit = 5 }, query with { Skip = skip, Limit = 5, Ascending = true }])
                    Assert.Equal(Ids(await memory.ListRunsAsync(asked, CancellationToken.None)), Ids(await sqlite.ListRunsAsync(asked, CancellationToken.None)));
            }

            var (truth, count) = (await memory.CountRunsAsync(query, CancellationToken.None), await sqlite.CountRunsAsync(query, CancellationToken.None));
            Assert.True(count.IsExact ? count.Number == truth.Number : count.Number <= truth.Number, $"{Say(query)}: {truth.Number} fit, counted {count}");
        }
    }

    [Fact]
    public async Task Store_OfAnOlderSchema_IsSearchedAfterItsUpgradeLikeANewOne()
    {
        var assembly = typeof(SqliteStore).Assembly;
        var older = assembly.GetManifestResourceNames().Where(name => name.Contains(".Migrations.", StringComparison.Ordinal)).Order(StringComparer.Ordinal).TakeWhile(name => !name.Contains("run_search", StringComparison.Ordinal)).ToList();
        using (var session = SqliteSession.Open(_folder.File("store.db")))
        {
            foreach (var name in older)
            {
                using var script = new StreamReader(assembly.GetManifestResourceStream(name)!);
                session.Execute((await script.ReadToEndAsync()).Replace(" STRICT, ", " ", StringComparison.Ordinal).Replace(" STRICT;", ";", StringComparison.Ordinal));
            }

            session.Execute($"""
                INSERT INTO run (run_id, definition, blueprint, version, status, attention, created_at, updated_at, completed_at, parent_run_id, start_key, labels) VALUES
                    ('old1', 'h1', 'net', 1, 'paused', 'Disk full', 5000, 4000, NULL, NULL, 'key-1', '{"{"}"env":"Lab"{"}"}'),
                    ('old2', 'h1', 'net', 1, 'completed', NULL, 5000, 6000, 4000, NULL, NULL, NULL);
                INSERT INTO definition (hash, name, version, number, json) VALUES ('h1', 'net', 1, 1, x'7b7d');
                PRAGMA user_version = {older.Count};
                """);
        }

        await using var store = await SqliteStore.OpenAsync(_folder.File("store.db"), asOwner: true);
        foreach (var query in (RunQuery[])[new() { Text = "disk" }, new() { Text = "KEY-1" }, new() { Text = "lab" }, new() { Label = ("env", "Lab") }])
            Assert.Equal("old1", Ids(await store.ListRunsAsync(query, CancellationToken.None)));
        Assert.Equal("old2 old1", Ids(await store.ListRunsAsync(new RunQuery { Order = RunInstant.Updated }, CancellationToken.None)));
        Assert.All(await store.ListRunsAsync(new RunQuery(), CancellationToken.None), run => Assert.True(run.UpdatedAt >= run.CreatedAt && (run.CompletedAt ?? run.CreatedAt) >= run.CreatedAt));
        Assert.Equal([("h1", "net")], await store.ListUnlistedDefinitionsAsync(CancellationToken.None));
    }

    private static string Id(int number) => $"0r{number:D4}";

    private static RunSummary Row(Random random)
    {
        var number = random.Next(200);
        var created = Noon.AddMinutes(number / 3);
        var labels = new Dictionary<string, string>();
        if (random.Next(2) == 0) labels["env"] = random.Next(2) == 0 ? "lab" : "Live";
        if (random.Next(2) == 0) labels["correlationId"] = $"Order-{random.Next(30)}";
        if (random.Next(10) == 0) labels["a\"b"] = "it's % \" _ * \\ grün";
        DateTimeOffset? completed = random.Next(2) == 0 ? created.AddMinutes(random.Next(-1, 20)) : null;
        return new RunSummary(
            Id(number), $"hash{random.Next(3)}", Blueprints[random.Next(Blueprints.Length)], random.Next(1, 4), (RunStatus)random.Next(7), random.Next(8) == 0 ? "push: Permission denied" : null,
            created, created.AddMinutes(random.Next(-1, 30)), completed, random.Next(4) == 0 ? Id(random.Next(5)) : null, random.Next(4) == 0 ? $"key {number}" : null, labels.Count == 0 ? null : labels);
    }

    // Runs of one kind come in bursts, of another evenly, and three share each instant.
    private static RunSummary InBursts(int number)
    {
        var status = number is >= 40 and < 110 or > 380 ? RunStatus.Failed : number % 10 == 0 ? RunStatus.Cancelled : number % 7 == 0 ? RunStatus.Paused : RunStatus.Completed;
        var blueprint = number < 150 ? "flow-1" : number % 2 == 0 ? "flow-2" : "lab";
        var labels = new Dictionary<string, string> { ["name"] = $"Order {number} of customer {number % 37}" };
        return new RunSummary(Id(number), "hash", blueprint, 1, status, null, Noon.AddMinutes(number / 3), Noon.AddMinutes(number / 3), null, Labels: labels);
    }

    private static RunQuery Query(Random random) => new(Maybe(random, () => Some(random, Enum.GetValues<RunStatus>())), random.Next(6) == 0 ? (Noon.AddMinutes(random.Next(70)), Id(random.Next(200))) : null, random.Next(8) == 0 ? 0 : random.Next(1, 40))
    {
        Blueprints = Maybe(random, () => Some(random, Blueprints)),
        Definitions = random.Next(8) == 0 ? Some(random, ["hash0", "hash1", "none"]) : null,
        RunIds = random.Next(8) == 0 ? [.. Enumerable.Range(0, 30).Select(_ => Id(random.Next(200)))] : null,
        ParentRunId = random.Next(8) == 0 ? Id(random.Next(5)) : null,
        Version = random.Next(8) == 0 ? random.Next(1, 5) : null,
        Label = random.Next(4) == 0 ? random.Next(3) switch { 0 => ("env", "lab"), 1 => ("correlationId", $"Order-{random.Next(30)}"), _ => ("a\"b", "it's % \" _ * \\ grün") } : null,
        Text = random.Next(3) == 0 ? Texts[random.Next(Texts.Length)] : null,
        Times = [.. Enumerable.Range(0, Math.Max(0, random.Next(-3, 3))).Select(_ => new RunTimeLimit((RunInstant)random.Next(3), Comparisons[random.Next(6)], Noon.AddMinutes(random.Next(80))))],
        Order = (RunInstant)random.Next(3),
        Ascending = random.Next(2) == 0,
        Skip = random.Next(2) == 0 ? 0 : random.Next(60),
    };

    private static IReadOnlyList<T>? Maybe<T>(Random random, Func<IReadOnlyList<T>> some) => random.Next(3) == 0 ? some() : null;

    private static List<T> Some<T>(Random random, IReadOnlyList<T> of) => [.. Enumerable.Range(0, random.Next(4)).Select(_ => of[random.Next(of.Count)])];

    private static string Ids(IReadOnlyList<RunSummary> runs) => string.Join(' ', runs.Select(run => run.RunId));

    private static string Say(RunQuery query) => System.Text.Json.JsonSerializer.Serialize(query);
}
