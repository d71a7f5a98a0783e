using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Orchestrator.Browser.Tests.Studio;

/// <summary>Studio's lists and its editor against the real server.</summary>
[Collection(nameof(Desk))]
public sealed class EditorTests(Desk desk)
{
    [BrowserFact]
    public async Task Editor_FirewallDraggedInConnectedAndSet_IsSavedPublishedAndRun()
    {
        // The path to the firewall is not taken: the test draws it and leaves this machine's own alone.
        await Workflow.SaveAsync(desk, "draw-me",
            [
                Workflow.Activity("Say", "Elsa.WriteLine", 60, 120, isStart: true, ("text", Workflow.Literal("hello"))),
                Workflow.Activity("Exposed", "Elsa.FlowDecision", 300, 120, inputs: ("condition", Workflow.Script("getVariable('counter') > 5", "Boolean"))),
            ],
            [Workflow.Connection("Say", "Exposed")], publish: false);
        await using var page = await desk.OpenAsync("/studio/workflows/definitions");
        await (await SearchAsync(page, "draw-me")).Locator("td").Nth(1).ClickAsync();
        await Expect(page.Find(".x6-node")).ToHaveCountAsync(2);

        await page.Find("input[placeholder*=earch]").First.FillAsync("firewall");
        await page.Find(".mud-expand-panel").Filter(new() { HasText = "Firewall" }).Locator(".mud-expand-panel-header").ClickAsync();
        var tool = page.Find("[draggable=true]").Filter(new() { HasText = "open" });
        await StillAsync(tool);
        await tool.DragToAsync(page.Find(".x6-graph").First, new() { TargetPosition = new() { X = 600, Y = 380 } });
        await Expect(page.Find(".x6-node")).ToHaveCountAsync(3);
        await ConnectAsync(page, page.Find(".x6-node[data-cell-id=Exposed] .x6-port-body[port=True]"), Firewall(page).Locator(".x6-port-body[port-group=in]"));
        await Expect(page.Find(".x6-edge")).ToHaveCountAsync(2);

        await SelectAsync(page, page.Find(".x6-node[data-cell-id=Say]"), "What it says");
        await ChooseSyntaxAsync(page, "Variable");
        await page.Find(".mud-input-control").Filter(new() { HasText = "What it says" }).First.ClickAsync();
        await page.Find(".mud-popover-open").GetByText("counter").ClickAsync();
        await SelectAsync(page, Firewall(page), "Ports with protocol");
        await ChooseSyntaxAsync(page, "JavaScript");
        await page.Find(".monaco-editor .view-lines").Filter(new() { Visible = true }).First.ClickAsync();
        await page.Page.Keyboard.InsertTextAsync("[`${getVariable('counter')}/tcp`]");
        await page.ShootAsync("studio-editor");
        await SavedAsync("draw-me", root => Text(root).Contains("getVariable('counter')}/tcp", StringComparison.Ordinal));

        await page.Find(".mud-toolbar button.mud-primary-text").First.ClickAsync();
        await Expect(page.Find(".mud-snackbar").Filter(new() { HasText = "published" })).ToBeVisibleAsync();
        var saved = await Workflow.ReadAsync(desk, "draw-me");
        Assert.True((bool)saved["isPublished"]!);
        var activities = saved["root"]!["activities"]!.AsArray();
        var firewall = activities.Single(activity => (string?)activity!["type"] == "firewall.open")!;
        Assert.Equal("JavaScript", (string?)firewall["ports"]!["expression"]!["type"]);
        Assert.Equal("Variable", (string?)activities.Single(activity => (string?)activity!["id"] == "Say")!["text"]!["expression"]!["type"]);
        Assert.Contains(saved["root"]!["connections"]!.AsArray(), connection => (string?)connection!["source"]!["port"] == "True" && (string?)connection["target"]!["activity"] == (string?)firewall["id"]);

        await page.Find(".mud-toolbar button.mud-success-text").First.ClickAsync();
        await Expect(page.Page).ToHaveURLAsync(new Regex("/studio/workflows/instances/.+/view"));
        await Expect(Badge(page, "Say", "success")).ToHaveTextAsync("1");
        await Expect(Badge(page, "Exposed", "success")).ToHaveTextAsync("1");
        await page.ShootAsync("studio-ran");
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Definition_EditedWhileItRuns_RunningInstanceStaysOnItsVersion()
    {
        await Workflow.SaveAsync(desk, "versioned", [Workflow.Activity("Hold", "Elsa.Event", 60, 120, isStart: false, ("eventName", Workflow.Literal("versioned-go")))], []);
        var old = await Workflow.StartAsync(desk, "versioned");
        await using var page = await desk.OpenAsync("/studio/workflows/definitions/versioned/edit");
        await Expect(page.Find(".x6-node")).ToHaveCountAsync(1);

        // A change of the name is an edit like any other: a draft of the next version.
        var name = page.Page.GetByLabel("Description").First;
        await name.FillAsync("Edited while it runs");
        await name.PressAsync("Tab");
        await SavedAsync("versioned", _ => true, version: 2);
        await page.Find(".mud-toolbar button.mud-primary-text").First.ClickAsync();
        await Expect(page.Find(".mud-snackbar").Filter(new() { HasText = "published" })).ToBeVisibleAsync();
        var young = await Workflow.StartAsync(desk, "versioned");

        Assert.Equal(1, (int)(await desk.AskAsync(HttpMethod.Get, $"/elsa/api/workflow-instances/{old}"))["version"]!);
        Assert.Equal(2, (int)(await desk.AskAsync(HttpMethod.Get, $"/elsa/api/workflow-instances/{young}"))["version"]!);
        await page.Page.GotoAsync($"/studio/workflows/instances/{old}/view");
        await Expect(Badge(page, "Hold", "warning")).ToBeVisibleAsync();
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Definition_ExportedDeletedAndImported_IsTheSame()
    {
        await Workflow.SaveAsync(desk, "travels", [Workflow.Activity("Say", "Elsa.WriteLine", 60, 120, isStart: true, ("text", Workflow.Literal("hello")))], []);
        var before = await Workflow.ReadAsync(desk, "travels");
        await using var page = await desk.OpenAsync("/studio/workflows/definitions");
        var row = await SearchAsync(page, "travels");

        var download = await page.Page.RunAndWaitForDownloadAsync(async () =>
        {
            await MenuAsync(page, row, "Export");
            await page.Find(".mud-dialog button").Last.ClickAsync();
        });
        var file = Path.Combine(WatchedPage.Folder(), "travels.json");
        await download.SaveAsAsync(file);
        await MenuAsync(page, row, "Delete");
        await page.Find(".mud-dialog button").Last.ClickAsync();
        await Expect(row).ToHaveCountAsync(0);

        await page.Find("input[type=file]").First.SetInputFilesAsync(file);

        await Expect(row).ToHaveCountAsync(1);
        var after = await Workflow.ReadAsync(desk, "travels");
        Assert.Equal(Text(before["root"]!), Text(after["root"]!));
        await page.ShootAsync("studio-definitions");
        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Lists_SmallScreen_AreUsable()
    {
        await using var page = await desk.OpenAsync("/studio/", 390);
        await Expect(page.Find("table").First).ToBeVisibleAsync();
        await WithinAsync(page, page.Find(".mud-table-toolbar .mud-input-outlined"));
        await page.ShootAsync("studio-definitions");

        await page.Page.GetByRole(AriaRole.Button, new() { Name = "Menu" }).ClickAsync();
        await page.Find(".bar .inner").GetByRole(AriaRole.Link, new() { Name = "Instances" }).ClickAsync();

        await Expect(page.Page).ToHaveURLAsync(new Regex("/studio/workflows/instances"));
        await Expect(page.Find("table").First).ToBeVisibleAsync();
        await WithinAsync(page, page.Find(".mud-table-toolbar .mud-input-outlined"));
        await page.ShootAsync("studio-instances");
        page.AssertQuiet();
    }

    /// <summary>Each of the places can be seen from its left to its right end, and none is too narrow to type in.</summary>
    private static async Task WithinAsync(WatchedPage page, ILocator places)
    {
        await places.First.WaitForAsync();
        foreach (var place in await places.AllAsync())
        {
            if (await place.BoundingBoxAsync() is not { Width: > 0 } box) continue;
            Assert.True(box.X >= 0 && box.X + box.Width <= page.Page.ViewportSize!.Width && box.Width > 200, $"{box.X} … {box.X + box.Width}");
        }
    }

    private static ILocator Firewall(WatchedPage page) => page.Find(".x6-node").Filter(new() { HasText = "Firewall open" });

    private static ILocator Badge(WatchedPage page, string activity, string tone) => page.Find($".x6-node[data-cell-id='{activity}'] .mud-badge.mud-theme-{tone}");

    /// <summary>The row of a workflow: the list shows ten of them, and other tests make some too.</summary>
    private static async Task<ILocator> SearchAsync(WatchedPage page, string id)
    {
        await page.Find("input[placeholder*=earch]").First.FillAsync(id);
        await page.Page.Keyboard.PressAsync("Enter");
        var rows = page.Find("table tbody tr");
        await Expect(rows).ToHaveCountAsync(1);
        return rows.Filter(new() { HasText = id });
    }

    private static async Task ConnectAsync(WatchedPage page, ILocator from, ILocator to)
    {
        var (start, end) = (await MiddleAsync(from), await MiddleAsync(to));
        await page.Page.Mouse.MoveAsync(start.X, start.Y);
        await page.Page.Mouse.DownAsync();
        // In steps: the designer follows moves, not jumps.
        await page.Page.Mouse.MoveAsync(end.X - 20, end.Y, new() { Steps = 8 });
        await page.Page.Mouse.MoveAsync(end.X, end.Y, new() { Steps = 5 });
        await page.Page.Mouse.UpAsync();
    }

    /// <summary>By position: over the selected node lies a box that would take the click.</summary>
    private static async Task SelectAsync(WatchedPage page, ILocator node, string shows)
    {
        var (x, y) = await MiddleAsync(node);
        await page.Page.Mouse.ClickAsync(x, y);
        await Expect(page.Page.GetByText(shows).First).ToBeVisibleAsync();
    }

    /// <summary>The menu beside the first input.</summary>
    private static async Task ChooseSyntaxAsync(WatchedPage page, string syntax)
    {
        var menus = page.Find(".mud-menu button").Filter(new() { Visible = true });
        for (var i = 0; i < await menus.CountAsync(); i++)
        {
            // Below the canvas and left of the properties is only the panel of inputs.
            if (await menus.Nth(i).BoundingBoxAsync() is not { Y: > 690, X: > 500 and < 1010 }) continue;
            await menus.Nth(i).ClickAsync();
            await page.Find(".mud-popover-open").GetByText(syntax, new() { Exact = true }).ClickAsync();
            return;
        }

        Assert.Fail("there is no menu beside the input");
    }

    private static async Task MenuAsync(WatchedPage page, ILocator row, string entry)
    {
        await row.Locator(".mud-menu button").ClickAsync();
        await page.Find(".mud-popover-open").GetByText(entry, new() { Exact = true }).ClickAsync();
    }

    /// <summary>Studio saves by itself half a second after an edit; what it saved is asked for until it is there.</summary>
    private async Task SavedAsync(string id, Func<JsonNode, bool> fits, int version = 1)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromMilliseconds(Chromium.Patience));
        while (await Workflow.ReadAsync(desk, id) is var saved && !((int)saved["version"]! >= version && fits(saved["root"]!))) limit.Token.ThrowIfCancellationRequested();
    }

    private static string Text(JsonNode node) => node.ToJsonString(new() { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping });

    /// <summary>The panel that it is in unfolds for some moments, in which another one comes to lie where it was seen.</summary>
    private static async Task StillAsync(ILocator place)
    {
        var before = (-1f, -1f);
        for (var same = 0; same < 5;)
        {
            var now = await MiddleAsync(place);
            same = now == before ? same + 1 : 0;
            before = now;
            await place.Page.WaitForTimeoutAsync(100);
        }
    }

    private static async Task<(float X, float Y)> MiddleAsync(ILocator place)
    {
        await place.First.WaitForAsync();
        var box = (await place.First.BoundingBoxAsync())!;
        return (box.X + (box.Width / 2), box.Y + (box.Height / 2));
    }
}
