using System.Text.Json.Nodes;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Orchestrator.Browser.Tests.Pages;

/// <summary>The buttons of the run page: what is asked, what the run did then, and what the page shows of it.</summary>
[Collection(nameof(Desk))]
public sealed class ButtonTests(Desk desk)
{
    [BrowserFact]
    public async Task Skip_WithOutputs_LaterStepsSeeThem()
    {
        var run = await StartAsync("""
            blueprint: skipped
            onFailure: pause
            steps:
              - id: ask
                run: exit 4
                effect: idempotent
              - id: tell
                run: echo "got $WHAT"
                env: {WHAT: "${{ steps.ask.outputs.stdout }}"}
                effect: idempotent
            """);
        await using var page = await desk.OpenAsync($"/runs/{run}");
        await page.Find("#attention").GetByRole(AriaRole.Button, new() { Name = "Skip" }).ClickAsync();
        await page.Page.GetByLabel("Its outputs").FillAsync("""{"stdout": "by hand", "stderr": "", "exitCode": 0}""");
        await page.ShootBothAsync("run-skip");
        await page.Find("dialog").GetByRole(AriaRole.Button, new() { Name = "Skip it" }).ClickAsync();

        await Expect(page.Find(".head .chip")).ToHaveTextAsync("completed");
        await Expect(page.Find("[data-step=ask]")).ToHaveAttributeAsync("data-status", "skipped");
        await page.Find("[data-step=tell] .step-head").ClickAsync();
        await Expect(page.Find("[data-step=tell] .step-details")).ToContainTextAsync("got by hand");
        await page.ShootBothAsync("run-skipped");
        Assert.Equal("skipped", (string)(await StepAsync(run, "ask"))["status"]!);
        Assert.Equal("got by hand", ((string)(await StepAsync(run, "tell"))["output"]!["stdout"]!).Trim());
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Skip_WithoutJson_SaysSoAndDoesNothing()
    {
        var run = await StartAsync("blueprint: kept\nonFailure: pause\nsteps:\n  - id: ask\n    run: exit 4\n    effect: idempotent\n");
        await using var page = await desk.OpenAsync($"/runs/{run}");
        await page.Find("#attention").GetByRole(AriaRole.Button, new() { Name = "Skip" }).ClickAsync();
        await page.Page.GetByLabel("Its outputs").FillAsync("by hand");
        await page.Find("dialog").GetByRole(AriaRole.Button, new() { Name = "Skip it" }).ClickAsync();

        await Expect(page.Find(".note.bad")).ToContainTextAsync("This is not JSON");
        Assert.Equal("StepPaused", await StoryAsync(run, "ask"));
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Resume_CauseGone_GoesOnWithEveryPausedStep()
    {
        using var flag = new Flag();
        var run = await StartAsync($$"""
            blueprint: resumed
            onFailure: pause
            steps:
              - id: both
                parallel:
                  - id: left
                    run: test -e {{flag.Path}}
                    effect: idempotent
                  - id: right
                    run: test -e {{flag.Path}}
                    effect: idempotent
            """);
        await using var page = await desk.OpenAsync($"/runs/{run}");
        await Expect(page.Find("[data-step=left]")).ToHaveAttributeAsync("data-status", "paused");
        await Expect(page.Find("[data-step=right]")).ToHaveAttributeAsync("data-status", "paused");
        await Expect(page.Find(".head .chip")).ToHaveTextAsync("paused");
        await page.ShootBothAsync("run-resume");
        flag.Set();
        await page.Find(".head").GetByRole(AriaRole.Button, new() { Name = "Resume" }).ClickAsync();

        await Expect(page.Find(".head .chip")).ToHaveTextAsync("completed");
        await Expect(page.Find("#attention")).ToHaveCountAsync(0);
        await page.ShootBothAsync("run-resumed");
        foreach (var step in (string[])["left", "right"]) Assert.Equal("StepPaused StepRetried StepCompleted", await StoryAsync(run, step));
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Signal_WithPayload_IsWhatTheStepWaitedFor()
    {
        var run = await StartAsync("""
            blueprint: signalled
            steps:
              - id: delivered
                wait: {signal: goods, timeout: 1h}
              - id: count
                run: echo "$PALLETS pallets"
                env: {PALLETS: "${{ string(steps.delivered.outputs.payload.pallets) }}"}
                effect: idempotent
            """);
        await using var page = await desk.OpenAsync($"/runs/{run}");
        await page.Find("#attention").GetByRole(AriaRole.Button, new() { Name = "Send the signal" }).ClickAsync();
        // The page knows which one it is.
        await Expect(page.Page.GetByLabel("Name")).ToHaveValueAsync("goods");
        await page.Page.GetByLabel("Payload").FillAsync("""{"pallets": 3}""");
        await page.ShootBothAsync("run-signal");
        await page.Find("dialog").GetByRole(AriaRole.Button, new() { Name = "Send", Exact = true }).ClickAsync();

        await Expect(page.Find(".head .chip")).ToHaveTextAsync("completed");
        await page.ShootBothAsync("run-signalled");
        Assert.Equal(3, (int)(await StepAsync(run, "delivered"))["output"]!["payload"]!["pallets"]!);
        Assert.Equal("3 pallets", ((string)(await StepAsync(run, "count"))["output"]!["stdout"]!).Trim());
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task EditInput_ThatWasWrong_IsRetriedWithTheOther()
    {
        using var flag = new Flag();
        var run = await StartAsync("blueprint: edited\nonFailure: pause\nsteps:\n  - id: make\n    uses: file.mkdir\n    with: {path: /proc/nowhere/made}\n");
        await using var page = await desk.OpenAsync($"/runs/{run}");
        await page.Find("#attention").GetByRole(AriaRole.Button, new() { Name = "Edit input and retry" }).ClickAsync();
        await page.Page.GetByLabel("Inputs", new() { Exact = true }).FillAsync(new JsonObject { ["path"] = flag.Path }.ToJsonString());
        await page.ShootBothAsync("run-edit");
        await page.Find("dialog").GetByRole(AriaRole.Button, new() { Name = "Retry" }).ClickAsync();

        await Expect(page.Find(".head .chip")).ToHaveTextAsync("completed");
        await Expect(page.Find("[data-step=make] .bar-part.good")).ToHaveCountAsync(1);
        await page.ShootBothAsync("run-edited");
        Assert.True(Directory.Exists(flag.Path));
        Assert.Equal("StepPaused StepRetried StepCompleted", await StoryAsync(run, "make"));
        page.AssertQuiet();
    }

    private async Task<string> StartAsync(string text) => (string)(await desk.AskAsync(HttpMethod.Post, "/api/v1/runs", new { text }))["runId"]!;

    /// <summary>What the journal says of a step, in order. That an attempt began stands in it only when it was worth a commit of its own.</summary>
    private async Task<string> StoryAsync(string run, string step) =>
        string.Join(' ', (await desk.AskAsync(HttpMethod.Get, $"/api/v1/runs/{run}/journal"))["events"]!.AsArray().Where(entry => (string?)entry!["step"] == step && (string?)entry["type"] != "StepStarted").Select(entry => (string)entry!["type"]!));

    private async Task<JsonNode> StepAsync(string run, string key)
    {
        var all = new Stack<JsonNode>((await desk.AskAsync(HttpMethod.Get, $"/api/v1/runs/{run}"))["steps"]!.AsArray()!);
        while (all.TryPop(out var step))
        {
            if ((string?)step["key"] == key) return step;
            foreach (var inner in step["steps"]?.AsArray() ?? []) all.Push(inner!);
        }

        throw new InvalidOperationException($"run {run} has no step {key}");
    }

    /// <summary>A path that nothing is at until a test or a step puts something there.</summary>
    private sealed class Flag : IDisposable
    {
        public string Path { get; } = System.IO.Path.Combine(System.IO.Path.GetTempPath(), $"orc-flag-{Guid.NewGuid():n}");

        public void Set() => File.WriteAllText(Path, "");

        public void Dispose()
        {
            if (Directory.Exists(Path)) Directory.Delete(Path);
            else File.Delete(Path);
        }
    }
}
