using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Orchestrator.Browser.Tests.Pages;

/// <summary>The blueprint page, as somebody uses it.</summary>
[Collection(nameof(Desk))]
public sealed partial class BlueprintPageTests(Desk desk)
{
    private const string Draft = """
        blueprint: completed

        inputs:
          folder: {type: string, description: Where}
          mode: {type: string, enum: [fast, slow], default: fast}

        steps:
          - id: say
            run: echo "$MODE"
            env: {MODE: "${{ inputs.mode }}"}
            effect: idempotent

          - id: make
            uses:
        """;

    [BrowserFact]
    public async Task Editor_WrongKey_IsUnderlinedAndMendedByItsFix()
    {
        await using var page = await desk.OpenAsync("/blueprints/new");
        await Expect(page.Find("#state")).ToHaveTextAsync("no problems");

        await page.Find(".monaco-editor .view-lines").First.ClickAsync();
        await page.Page.Keyboard.PressAsync("Control+End");
        await page.Page.Keyboard.TypeAsync("    tiemout: 5s");
        await page.Page.Keyboard.PressAsync("Escape");

        await Expect(page.Find(".squiggly-error")).ToHaveCountAsync(1);
        await Expect(page.Find("#state")).ToHaveTextAsync("1 error");
        await Expect(page.Find(".faults .error")).ToContainTextAsync("tiemout");
        await page.ShootAsync("blueprint-wrong");

        // The fix that the editor itself offers at the place of the fault.
        await page.Find(".fault").ClickAsync();
        await page.Page.Keyboard.PressAsync("Control+.");
        await Expect(page.Page.GetByRole(AriaRole.Option, new() { NameRegex = TimeoutFix() })).ToBeVisibleAsync();
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(page.Find("#state")).ToHaveTextAsync("no problems");
        await Expect(page.Find(".squiggly-error")).ToHaveCountAsync(0);
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Editor_ActivityAndInputs_AreCompletedAndRun()
    {
        await using var page = await desk.OpenAsync("/blueprints/new");
        await Expect(page.Find("#state")).ToHaveTextAsync("no problems");
        // The page keeps what was not submitted yet.
        await page.Page.EvaluateAsync("text => sessionStorage.setItem('blueprint:new', text)", Draft);
        await page.Page.ReloadAsync();
        await Expect(page.Find("#state")).ToContainTextAsync("error");

        await page.Find(".monaco-editor .view-lines").First.ClickAsync();
        await page.Page.Keyboard.PressAsync("Control+End");
        await page.Page.Keyboard.TypeAsync(" file.mk");
        await PickAsync(page, "file.mkdir");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.Keyboard.TypeAsync("with:");
        await page.Page.Keyboard.PressAsync("Escape");
        await page.Page.Keyboard.PressAsync("Enter");
        await page.Page.Keyboard.TypeAsync("pa");
        await PickAsync(page, "path");
        // The editor closes quotes and braces by itself.
        await page.Page.Keyboard.TypeAsync("\"${{ inputs.fo");
        await PickAsync(page, "folder");
        await Expect(page.Find("#state")).ToHaveTextAsync("no problems");
        await page.ShootAsync("blueprint-completed");

        var folder = Path.Combine(Path.GetTempPath(), $"orc-browser-{Guid.NewGuid():n}");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Plan", Exact = true }).ClickAsync();
        await page.Page.GetByLabel("folder").FillAsync(folder);
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Make the plan" }).ClickAsync();
        await Expect(page.Find(".plan [data-step=make] .chip")).ToHaveTextAsync("would change");
        await page.ShootAsync("blueprint-plan");
        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Run …" }).ClickAsync();
        await Expect(page.Page.GetByLabel("mode")).ToHaveValueAsync("\"fast\"");
        await page.Page.GetByLabel("Labels").FillAsync("team=browser");
        await page.ShootAsync("blueprint-form");
        await page.Find("#run-form button.first").ClickAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex("/runs/[a-z0-9]+"));
        await Expect(page.Find(".head .chip")).ToHaveTextAsync("completed");
        Assert.True(Directory.Exists(folder));
        Directory.Delete(folder);
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Editor_Hover_SaysWhatAKeyMeans()
    {
        await using var page = await desk.OpenAsync("/blueprints/new", 390, dark: true);
        await Expect(page.Find("#state")).ToHaveTextAsync("no problems");

        await page.Find(".view-line span span").Filter(new() { HasText = "effect" }).First.HoverAsync();

        await Expect(page.Find(".monaco-hover-content").Filter(new() { HasText = "decides what happens after a crash" }).First).ToBeVisibleAsync();
        await page.ShootAsync("blueprint");
        page.AssertQuiet();
    }

    private static async Task PickAsync(WatchedPage page, string label)
    {
        var row = page.Find(".suggest-widget.visible .monaco-list-row").Filter(new() { HasTextRegex = new Regex($"^{Regex.Escape(label)}") }).First;
        await Expect(row).ToBeVisibleAsync();
        await row.ClickAsync();
    }

    [GeneratedRegex("timeout", RegexOptions.IgnoreCase)]
    private static partial Regex TimeoutFix();
}
