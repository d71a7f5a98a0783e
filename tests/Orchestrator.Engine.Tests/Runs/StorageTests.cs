using System.Text;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Runs;

public sealed class StorageTests
{
    private static readonly CancellationToken None = CancellationToken.None;

    [Fact]
    public async Task Blob_OutputOver8KiB_IsReadBackByRunAndByWatchers()
    {
        await using var bench = await Bench.OpenAsync();
        var big = new string('x', 20_000);
        var run = await bench.StartAsync(Make.Definition(Make.Step("a", "test.idempotent", $"value='{big}'"), Make.Node("w", ActivityTypes.Wait, "duration='1m'"), Make.Step("b", "test.idempotent", "value=steps.a.outputs.value.length")));
        Assert.All(await bench.Store.ReadEventsAsync(run, 0, 100, None), row => Assert.InRange(row.Body.Length, 0, 8192));

        await bench.CrashAsync();

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(run)).Status);
        Assert.Equal(Value.Of(20_000), (await bench.StepAsync(run, "b")).Output!.Get("value"));
        Assert.Contains(await UpdatesAsync(bench, run), update => update.Event is { Type: "StepCompleted" } row && Encoding.UTF8.GetString(row.Body.Span).Contains(big, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Log_TooMuchAndTooLong_IsCutAndSaysSo()
    {
        await using var bench = await Bench.OpenAsync();
        bench.World.Lines["a"] = [new string('y', 10_000), .. Enumerable.Range(0, 1500).Select(i => $"line {i}")];
        var run = await bench.StartAsync(Make.Definition(Make.Step("a"), Make.Node("w", ActivityTypes.Wait, "duration='5s'"), Make.Step("b", "test.idempotent", "say='later'")));
        bench.Advance(TimeSpan.FromSeconds(7));

        var log = await bench.Store.ReadLogAsync(run, 0, 5000, None);

        Assert.Equal(4096, log[0].Line.Length);
        Assert.Equal(1002, log.Count);
        Assert.Contains("501 lines were dropped", log[^2].Line);
        Assert.Equal("later", log[^1].Line);
        Assert.Equal(Enumerable.Range(1, 1002).Select(i => (long)i), log.Select(line => line.Number));
    }

    [Fact]
    public async Task Watch_FromStartOrLater_GivesEachEventOnceAndEndsWithTheRun()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Make.Definition(Make.Step("a", "test.idempotent", "say='hello'"), Make.Node("w", ActivityTypes.Wait, "duration='5s'"), Make.Step("b")));
        var watching = UpdatesAsync(bench, run);
        Assert.False(watching.IsCompleted);

        while (!watching.IsCompleted)
        {
            bench.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }

        var updates = await watching;
        Assert.Equal(await bench.EventsAsync(run), updates.Where(update => update.Event is not null).Select(update => update.Event!.Value.Step is { } step ? $"{update.Event.Value.Type} {step}" : update.Event.Value.Type));
        Assert.Equal(["hello"], updates.Where(update => update.Line is not null).Select(update => update.Line!.Line));
        var last = (await bench.ViewAsync(run)).LastSeq;
        Assert.Equal([last], (await UpdatesAsync(bench, run, last - 1)).Select(update => update.Event!.Value.Seq));
    }

    [Fact]
    public async Task Redaction_SecretInOutputTextAndFailureTail_IsTakenOut()
    {
        await using var bench = await Bench.OpenAsync();
        Environment.SetEnvironmentVariable("ORC_TEST_REDACTED", "canary/44 +x");
        bench.World.Lines["leak"] = ["prefix canary/44 +x suffix", Convert.ToBase64String("user:canary/44 +x"u8)];
        var definition = Make.Definition(
            Make.Step("leak", "test.idempotent", "token=secrets.canary", "fails=9", "kind='permanent'").With(policy => policy with { AllowFailure = true }),
            Make.Step("echo", "test.idempotent", "token=secrets.canary", "value='canary' + '/44 +x and more'"))
            with { Secrets = new Dictionary<string, string> { ["canary"] = "env:ORC_TEST_REDACTED" } };

        var run = await bench.FinishAsync(await bench.StartAsync(definition));

        Assert.Equal(RunStatus.Completed, run.Status);
        Assert.Equal(Value.Of("*** and more"), (await bench.StepAsync(run.RunId, "echo")).Output!.Get("value"));
        var failure = (await bench.StepAsync(run.RunId, "leak")).Failure!;
        Assert.Equal("prefix *** suffix", failure.LogTail![0]);
        Assert.DoesNotContain(Convert.ToBase64String("user:canary/44 +x"u8)[8..], string.Join('\n', failure.LogTail));
    }

    [Fact]
    public async Task Secret_ExpiredBeforeItsUse_IsMadeAnew()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Make.Definition(
            Make.Step("mint", "test.idempotent", "mints='1m'"), Make.Node("w", ActivityTypes.Wait, "duration='1h'"), Make.Step("use", "test.idempotent", "token=steps.mint.outputs.token")));
        await bench.CrashAsync();

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(run)).Status);

        Assert.Equal(["run mint", "run mint", "run use"], bench.World.Log);
        Assert.Contains("StepRefreshed mint", await bench.EventsAsync(run));
        Assert.DoesNotContain("minted-secret", bench.StoredText());
    }

    private static async Task<List<RunUpdate>> UpdatesAsync(Bench bench, string run, long after = 0)
    {
        var updates = new List<RunUpdate>();
        await foreach (var update in bench.Engine.WatchAsync(run, after, None)) updates.Add(update);
        return updates;
    }
}
