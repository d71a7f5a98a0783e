using System.Net.Http.Headers;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Orchestrator.Browser.Tests.Pages;

/// <summary>Secrets, tokens, the bar on a small screen.</summary>
[Collection(nameof(Desk))]
public sealed class SettingsTests(Desk desk)
{
    [BrowserFact]
    public async Task Token_MadeAndRevoked_WorksInBetween()
    {
        await using var page = await desk.OpenAsync("/settings");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "New token" }).ClickAsync();
        await page.Page.GetByLabel("Name").FillAsync("browser-test");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Make it" }).ClickAsync();
        var token = await page.Find("#new-token").InnerTextAsync();
        using var http = new HttpClient { BaseAddress = desk.Api.BaseAddress };
        http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        Assert.True((await http.GetAsync("/api/v1/runs")).IsSuccessStatusCode);
        await page.ShootAsync("settings");

        await page.Find("tr").Filter(new() { HasText = "browser-test" }).GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();
        await page.Find("dialog").GetByRole(AriaRole.Button, new() { Name = "Revoke" }).ClickAsync();

        await Expect(page.Page.GetByLabel("Tokens")).ToContainTextAsync("No program has a token yet.");
        Assert.False((await http.GetAsync("/api/v1/runs")).IsSuccessStatusCode);
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task SignIn_TokenPasted_OpensThePageThatWasWanted()
    {
        await using var page = await desk.OpenAsync("/health/live");
        await page.Page.Context.ClearCookiesAsync();
        await page.Page.GotoAsync("/runs");
        await page.Page.GetByLabel("Or paste a token").FillAsync(desk.Api.DefaultRequestHeaders.Authorization!.Parameter!);

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex("/runs$"));
    }

    [BrowserFact]
    public async Task Secret_SetAndRemoved_IsNeverShown()
    {
        await using var page = await desk.OpenAsync("/secrets", 390);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Set a secret" }).ClickAsync();
        await page.Page.GetByLabel("Name").FillAsync("browser.key");
        await page.Page.GetByLabel("Value").FillAsync("canary-4711");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Set", Exact = true }).ClickAsync();

        var row = page.Find("tbody tr").Filter(new() { HasText = "browser.key" });
        await Expect(row).ToBeVisibleAsync();
        Assert.DoesNotContain("canary-4711", await page.Page.ContentAsync(), StringComparison.Ordinal);
        await page.ShootAsync("secrets");
        await row.GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await page.Find("dialog").GetByRole(AriaRole.Button, new() { Name = "Remove" }).ClickAsync();
        await Expect(row).ToHaveCountAsync(0);
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Bar_SmallScreen_OpensAndLeadsOn()
    {
        await using var page = await desk.OpenAsync("/blueprints", 390);
        var runs = page.Find(".bar nav").GetByRole(AriaRole.Link, new() { Name = "Runs" });
        await Expect(runs).ToBeHiddenAsync();

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await page.ShootAsync("menu");
        await runs.ClickAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex("/runs$"));
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Theme_Switched_StaysOnTheNextPage()
    {
        await using var page = await desk.OpenAsync("/blueprints");
        await Expect(page.Find("html")).ToHaveAttributeAsync("data-theme", "light");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Switch between light and dark" }).ClickAsync();
        await page.Page.GotoAsync("/runs");

        await Expect(page.Find("html")).ToHaveAttributeAsync("data-theme", "dark");
        page.AssertQuiet();
    }
}
