using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Orchestrator.Browser.Tests.Studio;

/// <summary>Studio's list of instances and its viewer.</summary>
[Collection(nameof(Desk))]
public sealed class InstanceTests(Desk desk)
{
    [BrowserFact]
    public async Task Viewer_RunningInstance_ChangesItsColoursWithoutReload()
    {
        await Workflow.SaveAsync(desk, "live",
            [
                Workflow.Activity("Say", "Elsa.WriteLine", 60, 120, isStart: true, ("text", Workflow.Literal("before"))),
                Workflow.Activity("Hold", "Elsa.Event", 320, 120, isStart: false, ("eventName", Workflow.Literal("live-go"))),
                Workflow.Activity("End", "Elsa.WriteLine", 580, 120, isStart: false, ("text", Workflow.Script("'after ' + getVariable('counter')", "String"))),
            ],
            [Workflow.Connection("Say", "Hold"), Workflow.Connection("Hold", "End")]);
        await Workflow.SaveAsync(desk, "live-trigger", [Workflow.Activity("Go", "Elsa.PublishEvent", 60, 120, isStart: true, ("eventName", Workflow.Literal("live-go")))], []);
        var instance = await Workflow.StartAsync(desk, "live");
        await using var page = await desk.OpenAsync($"/studio/workflows/instances/{instance}/view");
        await Expect(Badge(page, "Say", "success")).ToBeVisibleAsync();
        await Expect(Badge(page, "Hold", "warning")).ToBeVisibleAsync();
        await page.ShootAsync("studio-live-waits");
        await page.Page.EvaluateAsync("window.notReloaded = true");

        await Workflow.StartAsync(desk, "live-trigger");

        await Expect(Badge(page, "Hold", "success")).ToBeVisibleAsync();
        await Expect(Badge(page, "End", "success")).ToBeVisibleAsync();
        Assert.True(await page.Page.EvaluateAsync<bool>("window.notReloaded === true"));
        await Expect(page.Find(".mud-timeline-item").Filter(new() { HasText = "End" }).Filter(new() { HasText = "Completed" })).ToBeVisibleAsync();

        // What went in: the evaluated text, not its script.
        var box = (await page.Find(".x6-node[data-cell-id=End]").BoundingBoxAsync())!;
        await page.Page.Mouse.ClickAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));
        await Expect(page.Page.GetByText("after 3").First).ToBeVisibleAsync();
        await page.ShootAsync("studio-live-done");
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Viewer_FinishedStep_ShowsItsOutputs()
    {
        // The output stands nowhere in what went in.
        await Workflow.SaveAsync(desk, "outputs", [Workflow.Activity("Count", "run", 60, 120, isStart: true, ("script", Workflow.Literal("echo came-to-$((40 + 2))")))], []);
        var instance = await Workflow.StartAsync(desk, "outputs");
        await using var page = await desk.OpenAsync($"/studio/workflows/instances/{instance}/view");
        await Expect(Badge(page, "Count", "success")).ToBeVisibleAsync();

        var box = (await page.Find(".x6-node[data-cell-id=Count]").BoundingBoxAsync())!;
        await page.Page.Mouse.ClickAsync(box.X + (box.Width / 2), box.Y + (box.Height / 2));

        // The row of its name: the workflow's state beside it may say the same.
        var row = page.Find("tr").Filter(new() { HasTextRegex = new Regex("^\\s*Stdout\\s") }).Filter(new() { HasText = "came-to-42" });
        await Expect(row).ToBeVisibleAsync();
        await row.ScrollIntoViewIfNeededAsync();
        await page.ShootAsync("studio-outputs");
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Viewer_FaultedInstance_ShowsTheIncident()
    {
        await Workflow.SaveAsync(desk, "faulty", [Workflow.Activity("Broken", "Elsa.Fault", 60, 120, isStart: true, ("message", Workflow.Literal("disk is full")))], []);
        var instance = await Workflow.StartAsync(desk, "faulty");
        await using var page = await desk.OpenAsync($"/studio/workflows/instances/{instance}/view");

        await Expect(Badge(page, "Broken", "error")).ToBeVisibleAsync();
        await page.Find(".mud-tab").Filter(new() { HasText = "Incidents" }).ClickAsync();
        await Expect(page.Page.GetByText("disk is full").First).ToBeVisibleAsync();
        await page.ShootAsync("studio-incident");
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task List_Filtered_ShowsWhatFits()
    {
        await Workflow.SaveAsync(desk, "filtered", [Workflow.Activity("Say", "Elsa.WriteLine", 60, 120, isStart: true, ("text", Workflow.Literal("x")))], []);
        var instance = await Workflow.StartAsync(desk, "filtered");
        await Workflow.SaveAsync(desk, "other", [Workflow.Activity("Broken", "Elsa.Fault", 60, 120, isStart: true, ("message", Workflow.Literal("no")))], []);
        var other = await Workflow.StartAsync(desk, "other");
        await using var page = await desk.OpenAsync("/studio/workflows/instances");
        await Expect(Row(page, instance)).ToHaveCountAsync(1);
        await Expect(Row(page, other)).ToHaveCountAsync(1);
        await page.ShootAsync("studio-instances");

        await page.Find("input[placeholder*=earch]").First.FillAsync(instance);
        await page.Page.Keyboard.PressAsync("Enter");

        await Expect(Row(page, other)).ToHaveCountAsync(0);
        await Expect(Row(page, instance)).ToHaveCountAsync(1);
        await Row(page, instance).Locator("td").Nth(1).ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex($"/studio/workflows/instances/{instance}/view$"));
        await Expect(Badge(page, "Say", "success")).ToBeVisibleAsync();
        page.AssertQuiet();
    }

    private static ILocator Row(WatchedPage page, string instance) => page.Find("table tbody tr").Filter(new() { HasText = instance });

    private static ILocator Badge(WatchedPage page, string activity, string tone) => page.Find($".x6-node[data-cell-id='{activity}'] .mud-badge.mud-theme-{tone}");
}
