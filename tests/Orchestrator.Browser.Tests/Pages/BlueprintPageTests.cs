using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Orchestrator.Browser.Tests.Pages;

/// <summary>The blueprint page, as somebody uses it.</summary>
[Collection(nameof(Desk))]
public sealed partial class BlueprintPageTests(Desk desk)
{
    [BrowserFact]
    public async Task Editor_WrongKey_IsUnderlinedAndMendedByItsFix()
    {
        await using var page = await desk.OpenAsync("/blueprints/new");
        await Expect(page.Find("#state")).ToHaveTextAsync("no problems");

        await WriteAsync(page, "blueprint: typo\n\nsteps:\n  - id: greet\n    run: echo hello\n    effct: idempotent\n");

        await Expect(page.Find(".squiggly-error")).ToHaveCountAsync(1);
        await Expect(page.Find("#state")).ToHaveTextAsync("1 error");
        await Expect(page.Find(".faults .error")).ToContainTextAsync("effct");
        await page.ShootAsync("blueprint-wrong");

        // The fix that the editor itself offers at the place of the fault.
        await page.Find(".fault").ClickAsync();
        await page.Page.Keyboard.PressAsync("Control+.");
        await page.Page.GetByRole(AriaRole.Option, new() { NameRegex = EffectFix() }).Or(page.Find(".action-widget .action-item, .action-widget .monaco-list-row").Filter(new() { HasTextRegex = EffectFix() })).First.ClickAsync();

        await Expect(page.Find("#state")).ToHaveTextAsync("no problems");
        await Expect(page.Find(".squiggly-error")).ToHaveCountAsync(0);
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Editor_ActivityAndInputs_AreCompletedAndRun()
    {
        await using var page = await desk.OpenAsync("/blueprints/new");
        await Expect(page.Find("#state")).ToHaveTextAsync("no problems");

        await WriteAsync(page, "blueprint: completed\n\ninputs:\n  folder: {type: string, description: Where}\n  mode: {type: string, enum: [fast, slow], default: fast}\n\nsteps:\n  - id: make\n    uses: ");
        await page.Page.Keyboard.TypeAsync("file.mk");
        await PickAsync(page, "file.mkdir");
        await page.Page.Keyboard.InsertTextAsync("\n    with:\n      ");
        await page.Page.Keyboard.TypeAsync("pa");
        await PickAsync(page, "path");
        await page.Page.Keyboard.InsertTextAsync("\"${{ inputs.");
        await page.Page.Keyboard.TypeAsync("fo");
        await PickAsync(page, "folder");
        await page.Page.Keyboard.InsertTextAsync(" }}\"");
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

        await page.Page.WaitForURLAsync(new Regex("/runs/[a-z0-9]+"));
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

        await Expect(page.Find(".monaco-hover-content").First).ToContainTextAsync("effect", new() { IgnoreCase = true });
        await page.ShootAsync("blueprint");
        page.AssertQuiet();
    }

    private static async Task WriteAsync(WatchedPage page, string text)
    {
        await page.Find(".monaco-editor .view-lines").First.ClickAsync();
        await page.Page.Keyboard.PressAsync("Control+A");
        // Inserted, not typed: the editor would indent and close brackets on its own.
        await page.Page.Keyboard.InsertTextAsync(text);
    }

    private static async Task PickAsync(WatchedPage page, string label)
    {
        var row = page.Find(".suggest-widget.visible .monaco-list-row").Filter(new() { HasTextRegex = new Regex($"^{Regex.Escape(label)}") }).First;
        await Expect(row).ToBeVisibleAsync();
        await row.ClickAsync();
    }

    private static ILocatorAssertions Expect(ILocator place) => Assertions.Expect(place);

    [GeneratedRegex("effect", RegexOptions.IgnoreCase)]
    private static partial Regex EffectFix();
}
