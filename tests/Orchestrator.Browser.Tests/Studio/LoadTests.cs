using System.Text.Json;
using Microsoft.Playwright;

namespace Orchestrator.Browser.Tests.Studio;

/// <summary>What loading Studio costs: the first time, and again.</summary>
[Collection(nameof(Desk))]
public sealed class LoadTests(Desk desk)
{
    [BrowserFact]
    public async Task Load_ColdThenAgain_FrameworkComesOnce()
    {
        await using var watched = await desk.OpenAsync("/health/live");
        var network = await watched.Page.Context.NewCDPSessionAsync(watched.Page);
        var traffic = new Traffic();
        network.Event("Network.responseReceived").OnEvent += (_, sent) => traffic.Answered(sent!.Value);
        network.Event("Network.loadingFinished").OnEvent += (_, sent) => traffic.Finished(sent!.Value);
        await network.SendAsync("Network.enable");

        var cold = await LoadAsync(watched, traffic);
        var again = await LoadAsync(watched, traffic);

        watched.AssertQuiet();
        Assert.InRange(cold.Requests, 100, 220);
        Assert.InRange(cold.Bytes, 5_000_000, 9_500_000);
        Assert.Contains(cold.Sent, path => path.EndsWith(".wasm", StringComparison.Ordinal));
        // Of the second time only answers of the API have a body; everything else comes from the cache or is 304.
        Assert.DoesNotContain(again.Sent, path => path.Contains("/_framework/", StringComparison.Ordinal) || path.Contains("/_content/", StringComparison.Ordinal));
        Assert.InRange(again.Bytes, 0, 400_000);
        await File.WriteAllTextAsync(Path.Combine(WatchedPage.Folder(), "load.txt"), $"""
            | load of /studio/ | requests to the server | bytes over the wire |
            |---|---|---|
            | cold | {cold.Requests} | {cold.Bytes / 1e6:0.0} MB |
            | again | {again.Requests} | {again.Bytes / 1e3:0} kB |

            """);
    }

    private static async Task<Traffic> LoadAsync(WatchedPage watched, Traffic traffic)
    {
        traffic.Clear();
        await watched.Page.GotoAsync("/studio/workflows/definitions");
        await Assertions.Expect(watched.Find(".mud-table")).ToBeVisibleAsync();
        await watched.Page.WaitForLoadStateAsync(LoadState.NetworkIdle);
        return traffic.Copy();
    }

    private sealed class Traffic
    {
        private readonly Dictionary<string, (string Path, bool IsCached, int Status)> _answers = [];

        public int Requests { get; private set; }

        public long Bytes { get; private set; }

        public List<string> Sent { get; private set; } = [];

        public void Answered(JsonElement sent)
        {
            var response = sent.GetProperty("response");
            var isCached = response.TryGetProperty("fromDiskCache", out var disk) && disk.GetBoolean();
            lock (_answers) _answers[sent.GetProperty("requestId").GetString()!] = (new Uri(response.GetProperty("url").GetString()!).AbsolutePath, isCached, response.GetProperty("status").GetInt32());
        }

        public void Finished(JsonElement sent)
        {
            lock (_answers)
            {
                var bytes = sent.GetProperty("encodedDataLength").GetDouble();
                // What the browser had is no traffic.
                if (bytes == 0 || !_answers.TryGetValue(sent.GetProperty("requestId").GetString()!, out var answer) || answer.IsCached) return;
                Requests++;
                Bytes += (long)bytes;
                // A 304 is some hundred bytes of headers; a body is more than that for every file of Studio's.
                if (answer.Status == 200 && bytes > 1_000) Sent.Add(answer.Path);
            }
        }

        public void Clear()
        {
            lock (_answers) (Requests, Bytes, Sent) = (0, 0, []);
        }

        public Traffic Copy()
        {
            lock (_answers) return new Traffic { Requests = Requests, Bytes = Bytes, Sent = [.. Sent] };
        }
    }
}
