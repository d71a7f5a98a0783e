using System.Diagnostics;
using System.Globalization;
using System.Text.Json;
using Orchestrator.Testing.Lab;

namespace Orchestrator.EndToEnd.Tests.Bootstrap;

/// <summary>
/// The git server authorises the deploy key only after a while: the run says what it waits for, holds nothing meanwhile, survives the death of the engine and goes on within one interval.
/// ORC_AUTHORISE_AFTER=45 is the full length.
/// </summary>
[Collection("lab")]
public sealed class PushWaitTests(Lab lab)
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly int AuthoriseAfter = int.TryParse(Environment.GetEnvironmentVariable("ORC_AUTHORISE_AFTER"), CultureInfo.InvariantCulture, out var seconds) ? seconds : 15;

    [Fact]
    public async Task PushPermissionComesLate_TheRunWaitsWithoutHoldingAnything_AndGoesOnWithinAnInterval()
    {
        await lab.ResetAsync($"{AuthoriseAfter}s");
        using (var first = lab.StartAutosetup("--key", "late"))
        {
            await Eventually.TrueAsync(async () => (await ShownAsync()).Contains("waiting: push permission on", StringComparison.Ordinal), seconds: 120, () => "the run does not come to wait for the push");
            var engine = Assert.Single(await lab.EnginesAsync());
            Assert.Equal(0, await AuthorisedAsync());
            var shown = await ShownAsync();
            Assert.Matches("waiting: push permission on ssh://git@.*: permission denied; the key to allow: ssh-ed25519 .*; (next try in .*; )?gives up in", shown);

            await HoldsNothingAsync(engine);

            await lab.BashAsync("lab_kill");
            await first.WaitForExitAsync();
        }

        Assert.Equal(0, await AuthorisedAsync());
        var resumed = await lab.AutosetupAsync("--key", "late", "--json");
        Assert.True(resumed.Code == 0, resumed.Output + resumed.Error);

        var events = resumed.JsonLines().Where(line => line.TryGetProperty("step", out var step) && step.GetString() == "pushAccess").ToArray();
        var polls = events.Where(line => line.GetProperty("event").GetString() == "StepPolled").Select(At).ToArray();
        Assert.True(polls.Length >= AuthoriseAfter / 5, $"{polls.Length} tries");
        Assert.All(polls.Zip(polls.Skip(1)), pair => Assert.True(pair.Second - pair.First >= Interval, $"tried at {pair.First:O} and at {pair.Second:O}"));
        var authorised = File.GetLastWriteTimeUtc($"{lab.Folder}/forge/authorized_keys");
        var done = At(events.Last(line => line.GetProperty("event").GetString() == "StepCompleted"));
        // One interval until the next try, and the try itself, which takes its time on a busy machine.
        Assert.InRange(done - authorised, TimeSpan.Zero, Interval + TimeSpan.FromSeconds(4));
        Assert.True(done - polls[0] > TimeSpan.FromSeconds(AuthoriseAfter * 0.6), "it did not wait");
    }

    /// <summary>Between two tries there is no child process and no connection; and tries leave no thread behind.</summary>
    private async Task HoldsNothingAsync(int engine)
    {
        var (quiet, threads) = (0, new List<int>());
        var until = Stopwatch.StartNew();
        while (until.Elapsed < TimeSpan.FromSeconds(AuthoriseAfter * 0.5))
        {
            var children = await lab.BashAsync($"cat /proc/{engine}/task/*/children; ip netns pids {lab.Prefix}-operator | grep -vxF '{engine}' || true");
            if (children.Output.Trim().Length == 0) quiet++;
            threads.Add(Directory.GetDirectories($"/proc/{engine}/task").Length);
            await Task.Delay(TimeSpan.FromMilliseconds(200));
        }

        Assert.True(quiet > threads.Count / 4, $"{quiet} of {threads.Count} looks found neither a child process nor anything else of ours in the operator's network");
        var (early, late) = (threads.Take(threads.Count / 3).Max(), threads.TakeLast(threads.Count / 3).Max());
        Assert.True(late <= early + 1, $"threads: {string.Join(' ', threads)}");
    }

    private async Task<int> AuthorisedAsync() => (await File.ReadAllLinesAsync($"{lab.Folder}/forge/authorized_keys")).Length;

    private async Task<string> ShownAsync()
    {
        var runs = (await lab.CliAsync("runs", "--json", "--blueprint", "autosetup")).JsonLines().ToArray();
        return runs.Length == 0 ? "" : (await lab.CliAsync("runs", "show", runs[0].GetProperty("runId").GetString()!)).Output;
    }

    private static DateTimeOffset At(JsonElement line) => line.GetProperty("at").GetDateTimeOffset();
}
