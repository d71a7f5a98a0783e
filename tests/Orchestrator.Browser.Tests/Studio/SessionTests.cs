using System.Net;
using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Orchestrator.Browser.Tests.Studio;

/// <summary>Studio outlives the token that it was opened with and the server that it was loaded from; when the session has ended it says so and loses nothing.</summary>
[Collection(nameof(Desk))]
public sealed class SessionTests(Desk shared)
{
    [BrowserFact]
    public async Task Token_Ended_StudioGoesOnWithTheNext()
    {
        var desk = await Desk.StartAsync("--session-token-life", "15s");
        try
        {
            await Workflow.SaveAsync(desk, "outlives", [Workflow.Activity("Say", "Elsa.WriteLine", 60, 120, isStart: true, ("text", Workflow.Literal("hello")))], []);
            await using var page = await desk.OpenAsync("/health/live");
            var first = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
            page.Page.Request += (_, request) =>
            {
                if (request.Url.Contains("/elsa/api/", StringComparison.Ordinal) && request.Headers.TryGetValue("authorization", out var sent)) first.TrySetResult(sent);
            };
            await page.Page.GotoAsync("/studio/workflows/definitions/outlives/edit");
            await Expect(page.Find(".x6-node")).ToHaveCountAsync(1);
            await EndedAsync(desk, await first.Task);

            var name = page.Page.GetByLabel("Description").First;
            await name.FillAsync("Edited with another token");
            await name.PressAsync("Tab");

            await SavedAsync(desk, "outlives", "Edited with another token");
            await Expect(page.Find("#blazor-error-ui")).ToBeHiddenAsync();
            page.AssertQuiet();
        }
        finally
        {
            await desk.DisposeAsync();
        }
    }

    [BrowserFact]
    public async Task Server_StartedAgain_ListGoesOn()
    {
        await Workflow.SaveAsync(shared, "survivor", [Workflow.Activity("Say", "Elsa.WriteLine", 60, 120, isStart: true, ("text", Workflow.Literal("hello")))], []);
        await using var page = await shared.OpenAsync("/studio/workflows/definitions");
        await Expect(page.Find("table tbody tr").First).ToBeVisibleAsync();
        await page.Page.EvaluateAsync("window.notReloaded = true");

        await shared.Server.StopWhileAsync(async () =>
        {
            await page.Find("input[placeholder*=earch]").First.FillAsync("survivor");
            await page.Page.Keyboard.PressAsync("Enter");
            await Expect(page.Find("#connection")).ToContainTextAsync("Connection lost, reconnecting");
            await page.ShootBothAsync("studio-connection-lost");
        });

        await Expect(page.Find("#connection")).ToBeEmptyAsync();
        // What was asked while nobody answered is answered now.
        await Expect(page.Find("table tbody tr")).ToHaveCountAsync(1);
        await Expect(page.Find("table tbody tr")).ToContainTextAsync("survivor");
        Assert.True(await page.Page.EvaluateAsync<bool>("window.notReloaded === true"));
        page.AssertQuiet(meant: "ERR_CONNECTION_REFUSED|ERR_CONNECTION_RESET|ERR_EMPTY_RESPONSE");
    }

    [BrowserFact]
    public async Task Server_StartedAgain_ViewerShowsWhatHappensThen()
    {
        await Workflow.SaveAsync(shared, "watched", [Workflow.Activity("Hold", "Elsa.Event", 60, 120, isStart: false, ("eventName", Workflow.Literal("watched-go")))], []);
        await Workflow.SaveAsync(shared, "watched-trigger", [Workflow.Activity("Go", "Elsa.PublishEvent", 60, 120, isStart: true, ("eventName", Workflow.Literal("watched-go")))], []);
        var instance = await Workflow.StartAsync(shared, "watched");
        await using var page = await shared.OpenAsync($"/studio/workflows/instances/{instance}/view");
        await Expect(page.Find(".x6-node[data-cell-id=Hold] .mud-badge.mud-theme-warning")).ToBeVisibleAsync();

        await shared.Server.StopWhileAsync(() => Expect(page.Find("#connection")).ToContainTextAsync("Connection lost, reconnecting"));
        await Expect(page.Find("#connection")).ToBeEmptyAsync();
        await Expect(page.Find(".x6-node[data-cell-id=Hold] .mud-badge.mud-theme-warning")).ToBeVisibleAsync();
        await Workflow.StartAsync(shared, "watched-trigger");

        await Expect(page.Find(".x6-node[data-cell-id=Hold] .mud-badge.mud-theme-success")).ToBeVisibleAsync();
        Assert.Contains($"/studio/workflows/instances/{instance}/view", page.Page.Url, StringComparison.Ordinal);
    }

    [BrowserFact]
    public async Task Session_Revoked_SaysSoAndComesBackToTheSamePage()
    {
        await Workflow.SaveAsync(shared, "deep", [Workflow.Activity("Say", "Elsa.WriteLine", 60, 120, isStart: true, ("text", Workflow.Literal("hello")))], []);
        var token = await shared.AskAsync(HttpMethod.Post, "/api/v1/tokens", new { name = "studioShort", role = "admin" });
        await using var page = await shared.OpenAsync("/health/live");
        await page.Page.Context.ClearCookiesAsync();
        await page.Page.GotoAsync("/studio/workflows/definitions/deep/edit");
        await page.SignInAsync((string)token["token"]!);
        await Expect(page.Find(".x6-node")).ToHaveCountAsync(1);

        await shared.AskAsync(HttpMethod.Delete, $"/api/v1/tokens/{token["id"]}");
        var name = page.Page.GetByLabel("Description").First;
        await name.FillAsync("Typed after the end");
        await name.PressAsync("Tab");

        await Expect(page.Find("#connection")).ToContainTextAsync("Your session has ended.");
        await Expect(page.Find("#blazor-error-ui")).ToBeHiddenAsync();
        await Expect(page.Find("#connection a")).ToHaveAttributeAsync("href", "/login?from=%2Fstudio%2Fworkflows%2Fdefinitions%2Fdeep%2Fedit");
        await page.ShootAsync("studio-session-ended");
        // Signed in in another window: what was typed is saved when somebody looks here again.
        var other = await page.Page.Context.NewPageAsync();
        await other.GotoAsync(shared.Address + "/login");
        await other.GetByLabel("Or paste a token").FillAsync(AdminToken);
        await other.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
        await Expect(other).ToHaveURLAsync(new Regex("/blueprints$"));
        await page.Page.EvaluateAsync("document.dispatchEvent(new Event('visibilitychange'))");
        await Expect(page.Find("#connection")).ToBeEmptyAsync();
        await SavedAsync(shared, "deep", "Typed after the end");
        page.AssertQuiet(meant: "40[13]");
    }

    private string AdminToken => shared.Api.DefaultRequestHeaders.Authorization!.Parameter!;

    /// <summary>Asks with the credential until it opens nothing any more.</summary>
    private static async Task EndedAsync(Desk desk, string credential)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(Chromium.Patience));
        using var http = new HttpClient { BaseAddress = desk.Api.BaseAddress };
        http.DefaultRequestHeaders.Authorization = AuthenticationHeaderValue.Parse(credential);
        while ((await http.GetAsync("/api/v1/session", limit.Token)).StatusCode != HttpStatusCode.Unauthorized) await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System, limit.Token);
    }

    private static async Task SavedAsync(Desk desk, string id, string description)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(Chromium.Patience));
        while ((string?)(await Workflow.ReadAsync(desk, id))["description"] != description) limit.Token.ThrowIfCancellationRequested();
    }
}
