using System.Collections.Concurrent;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Orchestrator.Browser.Tests.Pages;

/// <summary>What the page of a run does when the server goes away, and when its session ends.</summary>
[Collection(nameof(Desk))]
public sealed class ConnectionTests(Desk desk)
{
    private const string Waiting = "blueprint: goes-on\nsteps:\n  - id: hold\n    wait: {signal: go, timeout: 1h}\n  - id: last\n    run: echo the end\n    effect: idempotent\n";

    [BrowserFact]
    public async Task Run_ServerStartedAgain_GoesOnWithoutReload()
    {
        var run = await StartAsync();
        await using var page = await desk.OpenAsync($"/runs/{run}", 390);
        await Expect(page.Find("#attention")).ToContainTextAsync("go");
        await page.Page.EvaluateAsync("window.notReloaded = true");

        var resumed = new ConcurrentQueue<string>();
        page.Page.Request += (_, request) =>
        {
            if (request.Url.EndsWith("/events", StringComparison.Ordinal)) resumed.Enqueue(request.Headers.GetValueOrDefault("last-event-id", "the beginning"));
        };
        await desk.Server.StopWhileAsync(async () =>
        {
            await Expect(page.Find("#connection")).ToContainTextAsync("Connection lost, reconnecting");
            await page.ShootAsync("run-connection-lost");
        });

        await Expect(page.Find("#connection")).ToBeEmptyAsync();
        Assert.Matches(@"^\d+\.\d+$", resumed.Last());
        await desk.AskAsync(HttpMethod.Post, $"/api/v1/runs/{run}/signal", new { name = "go" });
        await Expect(page.Find(".head .chip")).ToHaveTextAsync("completed");
        await page.Page.GetByRole(AriaRole.Tab, new() { Name = "Logs" }).ClickAsync();
        await Expect(page.Find(".log-line").Filter(new() { HasText = "the end" })).ToHaveCountAsync(1);
        await page.Page.GetByRole(AriaRole.Tab, new() { Name = "Journal" }).ClickAsync();
        // Every event once, those of before the restart too.
        var numbers = await page.Find(".journal tbody td:first-child").AllInnerTextsAsync();
        Assert.Equal(Enumerable.Range(1, numbers.Count).Select(number => $"{number}"), numbers);
        Assert.True(await page.Page.EvaluateAsync<bool>("window.notReloaded === true"));
        page.AssertQuiet(meant: "ERR_CONNECTION_REFUSED|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE");
    }

    [BrowserFact]
    public async Task Run_SessionRevoked_SaysSoAndComesBackAfterSigningIn()
    {
        var run = await StartAsync();
        var token = await desk.AskAsync(HttpMethod.Post, "/api/v1/tokens", new { name = "shortLived", role = "operator" });
        await using var page = await desk.OpenAsync("/health/live");
        await page.Page.Context.ClearCookiesAsync();
        // Who is not signed in finds the door in the place of the page, and behind the door the page.
        await page.Page.GotoAsync($"/runs/{run}");
        await page.SignInAsync((string)token["token"]!);
        await Expect(page.Find("#attention")).ToContainTextAsync("go");

        await desk.AskAsync(HttpMethod.Delete, $"/api/v1/tokens/{token["id"]}");

        await Expect(page.Find("#connection")).ToContainTextAsync("Your session has ended.");
        await page.ShootAsync("run-session-ended");
        await page.Page.GetByRole(AriaRole.Tab, new() { Name = "Journal" }).ClickAsync();
        await page.Find("#connection").GetByRole(AriaRole.Link, new() { Name = "Sign in again" }).ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex("/login"));
        await page.SignInAsync(desk.Api.DefaultRequestHeaders.Authorization!.Parameter!);

        await Expect(page.Page).ToHaveURLAsync(new Regex($"/runs/{run}"));
        await Expect(page.Find("#attention")).ToContainTextAsync("go");
        await desk.AskAsync(HttpMethod.Post, $"/api/v1/runs/{run}/signal", new { name = "go" });
        await Expect(page.Find(".head .chip")).ToHaveTextAsync("completed");
        page.AssertQuiet(meant: "401|ERR_INCOMPLETE_CHUNKED_ENCODING|ERR_CONNECTION_RESET");
    }

    private async Task<string> StartAsync() => (string)(await desk.AskAsync(HttpMethod.Post, "/api/v1/runs", new { text = Waiting }))["runId"]!;
}
