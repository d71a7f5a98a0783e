using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;
using Orchestrator.Server.Triggers;
using Orchestrator.Stores.Sqlite;
using Orchestrator.Testing;

namespace Orchestrator.Server.Tests.Hooks;

/// <summary>
/// The real program, killed while it takes deliveries: what it answered with 202 has its run after the restart, and a delivery that is sent again starts no second one. Six kills, or as many as
/// <c>ORCHESTRATOR_HOOK_KILLS</c> says.
/// </summary>
public sealed class HookKillTests : IDisposable
{
    private const int Senders = 8;
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("ORCHESTRATOR_HOOK_KILLS") ?? "6", CultureInfo.InvariantCulture);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, string> _accepted = new(StringComparer.Ordinal);
    private readonly ConcurrentBag<string> _sent = [];

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kill_BetweenAcceptAndStart_LosesNoAcceptedDeliveryAndDoublesNone()
    {
        await PrepareAsync();
        var random = new Random(7);
        var server = await ServerProcess.StartAsync(_folder.Path);
        try
        {
            for (var kill = 0; kill < Kills; kill++)
            {
                await DeliverUntilKilledAsync(server, kill, TimeSpan.FromMilliseconds(random.Next(1, 150)));
                server.Dispose();
                server = await ServerProcess.StartAsync(_folder.Path);
                await CheckAsync(server, kill);
            }

            await server.KillAsync();
        }
        finally
        {
            server.Dispose();
        }

        // Were all answered, or none, the kills would have hit nothing.
        Assert.InRange(_accepted.Count, 1, _sent.Count - 1);
        await CountAsync();
    }

    private async Task PrepareAsync()
    {
        var secret = _folder["hook.secret"];
        await File.WriteAllTextAsync(secret, Delivery.Key);
        var definition = HookedServer.Compile(HookedServer.Text.Replace("SECRETFILE", secret, StringComparison.Ordinal));
        await using var store = await SqliteStore.OpenAsync(_folder["orchestrator.db"], asOwner: true);
        await new TriggerIndex(store, TimeProvider.System, new LiveDefinitions(store), _ => { }).SubmitAsync(definition, CancellationToken.None);
    }

    /// <summary>Some senders deliver without a break; after the first answer a moment passes, then the process dies under them.</summary>
    private async Task DeliverUntilKilledAsync(ServerProcess server, int kill, TimeSpan moment)
    {
        var first = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var senders = Enumerable.Range(0, Senders).Select(sender => Task.Run(async () =>
        {
            using var client = server.Client();
            for (var number = 0; ; number++)
            {
                var id = $"msg_{kill}_{sender}_{number}";
                _sent.Add(id);
                try
                {
                    using var answer = await client.SendAsync(Make(id));
                    Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
                    Assert.True(_accepted.TryAdd(id, (await RunningServer.JsonOf(answer)).GetProperty("runId").GetString()!));
                    first.TrySetResult();
                }
                catch (HttpRequestException)
                {
                    return;
                }
            }
        })).ToArray();
        await first.Task.WaitAsync(TimeSpan.FromMinutes(1));
        await Task.Delay(moment);
        await server.KillAsync();
        await Task.WhenAll(senders).WaitAsync(TimeSpan.FromMinutes(1));
    }

    private async Task CheckAsync(ServerProcess server, int kill)
    {
        using var reader = server.Client(_folder.Path);
        using var sender = server.Client();
        var ofThisKill = _sent.Where(id => id.StartsWith($"msg_{kill}_", StringComparison.Ordinal)).ToArray();
        await Parallel.ForEachAsync(ofThisKill, new ParallelOptions { MaxDegreeOfParallelism = 8 }, async (id, _) =>
        {
            if (_accepted.TryGetValue(id, out var run))
            {
                using var shown = await reader.GetAsync($"/api/v1/runs/{run}", CancellationToken.None);
                Assert.True(shown.IsSuccessStatusCode, $"kill {kill}: {id} was accepted as run {run}, which is gone");
            }

            // The sender that got no answer sends again; one that did may do so too.
            using var again = await sender.SendAsync(Make(id), CancellationToken.None);
            Assert.Equal(HttpStatusCode.Accepted, again.StatusCode);
            var now = (await RunningServer.JsonOf(again)).GetProperty("runId").GetString();
            if (run is not null) Assert.Equal(run, now);
        });
    }

    private async Task CountAsync()
    {
        await using var store = await SqliteStore.OpenAsync(_folder["orchestrator.db"], asOwner: true);
        var runs = 0;
        (DateTimeOffset, string)? before = null;
        while (await store.ListRunsAsync(new RunQuery(Before: before, Limit: 1000) { Blueprints = ["hooked"] }, CancellationToken.None) is { Count: > 0 } page)
        {
            runs += page.Count;
            before = (page[^1].CreatedAt, page[^1].RunId);
        }

        Assert.Equal(_sent.Count, runs);
    }

    private static HttpRequestMessage Make(string id) => Delivery.Standard(id, $"{{\"ref\":\"{id}\"}}", TimeProvider.System.GetUtcNow());
}
