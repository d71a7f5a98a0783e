using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Orchestrator.Browser.Tests.Pages;

/// <summary>The page of one run, and the list of runs.</summary>
[Collection(nameof(Desk))]
public sealed class RunPageTests(Desk desk)
{
    [BrowserFact]
    public async Task Run_Paused_IsMendedAndGoesOnWithoutReload()
    {
        var flag = Path.Combine(Path.GetTempPath(), $"orc-flag-{Guid.NewGuid():n}");
        var run = await StartAsync($$"""
            blueprint: mended
            onFailure: pause
            steps:
              - id: build
                run: for part in 1 2 3; do echo "part $part"; done
                effect: idempotent
              - id: check
                run: test -e {{flag}} || { echo "no route to host" >&2; exit 3; }
                effect: idempotent
              - id: sign
                approve: {by: [operator], message: "Ship it?"}
            """);
        await using var page = await desk.OpenAsync($"/runs/{run}");
        await Expect(page.Find(".head .chip")).ToHaveTextAsync("paused");
        await Expect(page.Find("#attention")).ToContainTextAsync("run.exit");
        await Expect(page.Find("#attention pre")).ToContainTextAsync("no route to host");
        await page.ShootAsync("run-paused");

        await File.WriteAllTextAsync(flag, "");
        await page.Find("#attention").GetByRole(AriaRole.Button, new() { Name = "Retry", Exact = true }).ClickAsync();

        await Expect(page.Find("[data-step=check]")).ToHaveAttributeAsync("data-status", "completed");
        await page.Find("#attention").GetByRole(AriaRole.Button, new() { Name = "Approve" }).ClickAsync();
        await page.Page.GetByLabel("Comment").FillAsync("looks good");
        await page.Find("dialog button.first").ClickAsync();
        await Expect(page.Find(".head .chip")).ToHaveTextAsync("completed");
        await page.Find("[data-step=build] .step-head").ClickAsync();
        await Expect(page.Find(".step-details")).ToContainTextAsync("exitCode");
        await page.ShootAsync("run-completed");
        await page.Page.GetByRole(AriaRole.Tab, new() { Name = "Logs" }).ClickAsync();
        await Expect(page.Find(".log-line").Filter(new() { HasText = "part 3" })).ToBeVisibleAsync();
        await page.Page.GetByRole(AriaRole.Tab, new() { Name = "Journal" }).ClickAsync();
        await Expect(page.Find(".journal tr").Filter(new() { HasText = "ApprovalGiven" })).ToContainTextAsync("looks good");
        File.Delete(flag);
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Run_Waiting_SaysForWhatAndUntilWhen_AndIsCancelled()
    {
        var run = await StartAsync("blueprint: patient\nsteps:\n  - id: poll\n    run: echo no\n    effect: read\n    until: result.stdout == 'yes'\n    every: 30s\n    timeout: 1h\n");
        await using var page = await desk.OpenAsync($"/runs/{run}", 390, dark: true);

        await Expect(page.Find("#attention")).ToContainTextAsync("looks again in");
        await Expect(page.Find("#attention")).ToContainTextAsync("gives up in");
        await page.ShootAsync("run-waiting");

        await page.Find(".head").GetByRole(AriaRole.Button, new() { Name = "Cancel" }).ClickAsync();
        await page.Find("dialog").GetByRole(AriaRole.Button, new() { Name = "Cancel the run" }).ClickAsync();
        await Expect(page.Find(".head .chip")).ToHaveTextAsync("cancelled");
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task List_IsFilteredAndRefreshesItself()
    {
        await using var page = await desk.OpenAsync("/runs");
        await page.Page.GetByLabel("Label").FillAsync("list=here");
        await Expect(page.Find("main .empty")).ToHaveTextAsync("No run fits.");

        var run = await StartAsync("blueprint: listed\nsteps:\n  - id: one\n    run: echo one\n    effect: idempotent\n", new JsonObject { ["list"] = "here" });

        var row = page.Find("tbody tr").Filter(new() { HasText = run });
        await Expect(row).ToContainTextAsync("completed");
        await page.ShootAsync("runs");
        await page.Page.GetByLabel("Status").SelectOptionAsync("failed");
        await Expect(row).ToHaveCountAsync(0);
        await page.Page.GetByLabel("Status").SelectOptionAsync("");
        await page.Page.GetByLabel("Blueprint", new() { Exact = true }).FillAsync("listed");
        await Expect(row).ToHaveCountAsync(1);
        await page.Page.GetByLabel("Time").SelectOptionAsync("1");
        await Expect(row).ToHaveCountAsync(1);
        await row.GetByRole(AriaRole.Link).First.ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex($"/runs/{run}$"));
        page.AssertQuiet();
    }

    private async Task<string> StartAsync(string text, JsonObject? labels = null) =>
        (string)(await desk.AskAsync(HttpMethod.Post, "/api/v1/runs", new { text, labels = labels ?? [] }))["runId"]!;
}
