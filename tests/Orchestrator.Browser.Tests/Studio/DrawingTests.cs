using static Microsoft.Playwright.Assertions;

namespace Orchestrator.Browser.Tests.Studio;

/// <summary>How Studio draws what is ours: steps that hold others, and where and how an activity is run.</summary>
[Collection(nameof(Desk))]
public sealed class DrawingTests(Desk desk)
{
    private const string Shapes = """
        blueprint: shapes
        inputs:
          hosts: {type: list<string>, default: [a, b]}
        steps:
          - id: prepare
            run: echo prepare
            effect: idempotent
          - id: guarded
            steps:
              - id: risky
                run: echo risky
                effect: idempotent
            rescue:
              - id: mend
                run: echo mend
                effect: idempotent
            always:
              - id: tidy
                run: echo tidy
                effect: idempotent
          - id: each
            foreach: {in: "${{ inputs.hosts }}", as: host}
            steps:
              - id: greet
                run: echo hi
                effect: idempotent
          - id: both
            parallel:
              - id: left
                run: echo left
                effect: idempotent
              - id: right
                run: echo right
                effect: idempotent
        """;

    [BrowserFact]
    public async Task Blueprint_WithBlocksAndLoops_NothingLiesOverAnother()
    {
        await desk.AskAsync(HttpMethod.Post, "/api/v1/runs", new { text = Shapes });
        await using var page = await desk.OpenAsync("/studio/workflows/definitions/shapes/edit");
        await Expect(page.Find(".x6-node")).ToHaveCountAsync(4);
        // The boxes come first and what is drawn in them after.
        await Expect(page.Find(".x6-node[data-cell-id=guarded]")).ToContainTextAsync("guarded-always");
        await page.ShootBothAsync("studio-shapes");

        var ends = float.MinValue;
        foreach (var id in (string[])["prepare", "guarded", "each", "both"])
        {
            var box = (await page.Find($".x6-node[data-cell-id={id}]").First.BoundingBoxAsync())!;
            Assert.True(box.X > ends, $"{id} begins at {box.X}, the one before it ends at {ends}");
            ends = box.X + box.Width;
        }

        page.AssertQuiet();
    }

    [BrowserFact]
    public async Task Panel_WheelOverACodeEditor_GoesOnToWhatLiesBelow()
    {
        await Workflow.SaveAsync(desk, "panel", [Workflow.Activity("Open", "firewall.open", 60, 120)], [], publish: false);
        await using var page = await desk.OpenAsync("/studio/workflows/definitions/panel/edit");
        await Expect(page.Find(".x6-node")).ToHaveCountAsync(1);
        var node = (await page.Find(".x6-node[data-cell-id=Open]").BoundingBoxAsync())!;
        await page.Page.Mouse.ClickAsync(node.X + (node.Width / 2), node.Y + (node.Height / 2));
        var timeout = page.Page.GetByText("The longest one attempt may take");
        await Expect(timeout).ToBeAttachedAsync();
        // In the middle of the panel: the code editor of the environment comes by under the pointer.
        await page.Page.Mouse.MoveAsync(700, 800);
        for (var turn = 0; turn < 30 && await timeout.BoundingBoxAsync() is { Y: > 880 }; turn++)
        {
            await page.Page.Mouse.WheelAsync(0, 100);
            await page.Page.WaitForTimeoutAsync(100);
        }

        await Expect(timeout).ToBeInViewportAsync();
        await page.ShootAsync("studio-panel");
        page.AssertQuiet();
    }
}
