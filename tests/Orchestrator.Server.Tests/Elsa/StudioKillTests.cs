using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Testing;
using Xunit.Abstractions;

namespace Orchestrator.Server.Tests.Elsa;

/// <summary>
/// The real program, killed in the middle of workflows made in Studio: after the restart they go on by themselves, and neither an acknowledged start nor an acknowledged event is lost. Three kills,
/// or as many as <c>ORCHESTRATOR_STUDIO_KILLS</c> says.
/// </summary>
public sealed class StudioKillTests(ITestOutputHelper output) : IDisposable
{
    private const int PerLife = 5;
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("ORCHESTRATOR_STUDIO_KILLS") ?? "3", CultureInfo.InvariantCulture);
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly TemporaryFolder _folder = new();
    private readonly ConcurrentDictionary<string, Sent> _instances = new(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Kill_InTheMiddle_GoesOnByItselfAndLosesNothingAcknowledged()
    {
        var random = new Random(11);
        var server = await ServerProcess.StartAsync(_folder.Path);
        try
        {
            await PublishAsync(server);
            for (var kill = 0; kill < Kills; kill++)
            {
                // Every other kill follows an acknowledged event at once; the rest come at any moment.
                await LiveAsync(server, kill % 2 == 0 ? null : TimeSpan.FromMilliseconds(random.Next(20, 1800)));
                server.Dispose();
                server = await ServerProcess.StartAsync(_folder.Path);
            }

            await EndAsync(server);
            await CheckAsync(server);
        }
        finally
        {
            server.Dispose();
        }
    }

    private async Task PublishAsync(ServerProcess server)
    {
        using var client = server.Client(_folder.Path);
        using var answer = await client.PostAsJsonAsync("/elsa/api/workflow-definitions", new JsonObject { ["model"] = KilledWorkflow.Of(_folder["effects"]), ["publish"] = true });
        Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
    }

    /// <summary>New runs are started and events sent to those that wait, until the process dies: at a moment after the first start, or with the answer to an event.</summary>
    private async Task LiveAsync(ServerProcess server, TimeSpan? moment)
    {
        var (started, sent) = (new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously), new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously));
        using var killed = new CancellationTokenSource();
        var starting = UntilDeadAsync(server, async client =>
        {
            for (var number = 0; number < PerLife; number++)
            {
                await StartAsync(client);
                started.TrySetResult();
            }
        });
        var sending = UntilDeadAsync(server, async client =>
        {
            // When every run has had its event nobody asks the server, and so nobody would notice its death.
            while (!killed.IsCancellationRequested)
            {
                // The kill waits for a start as well, so it must be an event after that: else it would come later than at once.
                var isStarted = started.Task.IsCompleted;
                if (!await SendAsync(client)) await Task.Delay(Look);
                else if (isStarted) sent.TrySetResult();
            }
        });
        await started.Task.WaitAsync(Patience);
        if (moment is { } later) await Task.Delay(later);
        // Who sends may have met something wrong, and says what.
        else await await Task.WhenAny(sent.Task, sending).WaitAsync(Patience);
        await server.KillAsync();
        await killed.CancelAsync();
        await Task.WhenAll(starting, sending).WaitAsync(Patience);
    }

    private Task UntilDeadAsync(ServerProcess server, Func<HttpClient, Task> act) => Task.Run(async () =>
    {
        using var client = server.Client(_folder.Path);
        try
        {
            await act(client);
        }
        catch (Exception died) when (died is HttpRequestException or IOException)
        {
            // What got no answer may or may not have happened.
        }
    });

    private async Task StartAsync(HttpClient client)
    {
        using var answer = await client.PostAsJsonAsync($"/elsa/api/workflow-definitions/{KilledWorkflow.Id}/dispatch", new JsonObject());
        var said = await RunningServer.JsonOf(answer);
        Assert.True(answer.IsSuccessStatusCode, said.ToString());
        Assert.True(_instances.TryAdd(said.GetProperty("workflowInstanceId").GetString()!, new Sent()));
    }

    /// <summary>Sends the event to each run that waits for it and whose event was not acknowledged yet; true when one was.</summary>
    private async Task<bool> SendAsync(HttpClient client)
    {
        foreach (var (id, sent) in _instances.Where(entry => !entry.Value.IsAcknowledged))
        {
            var state = await StateAsync(client, id);
            if (!state.GetProperty("bookmarks").EnumerateArray().Any(bookmark => bookmark.GetProperty("name").GetString() == "Elsa.Event")) continue;
            sent.Tokens.Add($"t{sent.Tokens.Count}");
            using var answer = await client.PostAsJsonAsync("/elsa/api/events/go/trigger", new JsonObject { ["workflowInstanceId"] = id, ["input"] = new JsonObject { ["token"] = sent.Tokens[^1] } });
            Assert.True(answer.IsSuccessStatusCode, await answer.Content.ReadAsStringAsync());
            sent.IsAcknowledged = true;
            return true;
        }

        return false;
    }

    private async Task EndAsync(ServerProcess server)
    {
        using var client = server.Client(_folder.Path);
        using var limit = new CancellationTokenSource(Patience);
        foreach (var id in _instances.Keys)
            while (true)
            {
                await SendAsync(client);
                var state = await StateAsync(client, id);
                if (state.GetProperty("status").GetString() == "Finished") break;
                Assert.False(limit.IsCancellationRequested, $"{id} does not end; its events: {string.Join(' ', _instances[id].Tokens)}, acknowledged: {_instances[id].IsAcknowledged}. {state}");
                await Task.Delay(Look);
            }
    }

    private async Task CheckAsync(ServerProcess server)
    {
        using var client = server.Client(_folder.Path);
        var lines = (await File.ReadAllLinesAsync(_folder["effects"])).Select(line => line.Split(' ')).ToLookup(parts => parts[0], parts => parts[1]);
        var (again, twice) = (0, 0);
        foreach (var (id, sent) in _instances)
        {
            Assert.Equal("Finished", (await StateAsync(client, id)).GetProperty("subStatus").GetString());
            var recovered = await RecoveredAsync(client, id);
            var left = lines[id].ToArray();
            Assert.Equal(KilledWorkflow.Items, left.Intersect(KilledWorkflow.Items).Order());
            var token = Assert.Single(left.Except(KilledWorkflow.Items));
            Assert.Contains(token, sent.Tokens);
            // What happened more than once is what the journal says was run again.
            Assert.InRange(left.Length, KilledWorkflow.Items.Length + 1, KilledWorkflow.Items.Length + 1 + recovered);
            (again, twice) = (again + recovered, twice + left.Length - KilledWorkflow.Items.Length - 1);
        }

        output.WriteLine($"{Kills} kills; {_instances.Count} acknowledged runs, all finished; {_instances.Values.Sum(sent => sent.Tokens.Count)} events sent for {_instances.Values.Count(sent => sent.IsAcknowledged)} acknowledged; "
            + $"{again} steps run again by the journal, {twice} effects twice");
        // Were nothing run again, the kills would have hit nothing.
        Assert.True(again > 0, "no step was under way when the program was killed");
    }

    private static async Task<JsonElement> StateAsync(HttpClient client, string id)
    {
        using var answer = await client.GetAsync($"/elsa/api/workflow-instances/{id}");
        Assert.True(answer.IsSuccessStatusCode, $"{id} was acknowledged, and is {(int)answer.StatusCode}");
        return (await RunningServer.JsonOf(answer)).GetProperty("workflowState");
    }

    private static async Task<int> RecoveredAsync(HttpClient client, string id)
    {
        using var answer = await client.GetAsync($"/api/v1/runs/{id}/journal?limit=1000");
        return (await RunningServer.JsonOf(answer)).GetProperty("events").EnumerateArray().Where(made => made.GetProperty("type").GetString() == "RunRecovered")
            .Sum(made => made.GetProperty("body").GetProperty("steps").GetArrayLength());
    }

    /// <summary>The events sent to a run: each with a word of its own.</summary>
    private sealed class Sent
    {
        public List<string> Tokens { get; } = [];

        public bool IsAcknowledged { get; set; }
    }
}
