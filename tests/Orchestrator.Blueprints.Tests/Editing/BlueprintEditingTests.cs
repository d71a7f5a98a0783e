using Orchestrator.Blueprints.Editing;
using Orchestrator.Blueprints.Tests.Catalog;

namespace Orchestrator.Blueprints.Tests.Editing;

/// <summary>The cursor is <c>|</c> in the texts.</summary>
public sealed class BlueprintEditingTests
{
    private static readonly BlueprintEditing Editing = new(TestCatalog.Instance);

    [Theory]
    [InlineData("bl|", "blueprint")]
    [InlineData("blueprint: a\non|", "onFailure")]
    [InlineData("blueprint: a\nsteps:\n  - i|", "id")]
    [InlineData("blueprint: a\nsteps:\n- |", "id")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    |", "uses")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    retry:\n      |\n    run: x", "backoff")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    parallel:\n      - |", "id")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    steps:\n      - id: c\n        run: x\n    |", "rescue")]
    [InlineData("blueprint: a\ninputs:\n  x:\n    |", "type")]
    [InlineData("blueprint: a\ninputs:\n  x: {ty|", "type")]
    [InlineData("blueprint: a\ntargets:\n  web:\n    ssh:\n      |", "address")]
    public void Complete_AtAKey_OffersTheKeysOfThePlace(string text, string expected) => Assert.Contains(expected, Labels(text));

    [Theory]
    [InlineData("blueprint: a\n|", "blueprint")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    run: x\n    |", "id")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    run: x\n    |", "uses")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    run: x\n    |", "with")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    |\n    run: x", "approve")]
    public void Complete_AtAKey_LeavesOutWhatCannotStandBeside(string text, string unwanted) => Assert.DoesNotContain(unwanted, Labels(text));

    [Theory]
    [InlineData("blueprint: a\nonFailure: |", "rollback")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    uses: |", "container.run")]
    [InlineData("blueprint: a\nsteps:\n  - uses: co|", "container.run")]
    [InlineData("blueprint: a\ntargets:\n  web: {ssh: {host: h}}\nsteps:\n  - id: b\n    run: x\n    target: |", "web")]
    [InlineData("blueprint: a\ninputs:\n  x: {type: |", "list<T>")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    run: x\n    retry: {jitter: |", "full")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    run: x\n    allowFailure: |", "true")]
    public void Complete_AtAValue_OffersWhatMayStandThere(string text, string expected) => Assert.Contains(expected, Labels(text));

    [Fact]
    public void Complete_BelowWith_OffersTheInputsOfTheActivityRequiredFirst()
    {
        const string text = "blueprint: a\nsteps:\n  - id: b\n    uses: container.run\n    with:\n      |";
        var items = At(text).Items;
        Assert.Equal("name", items[0].Label);
        Assert.Equal("input", items[0].Kind);
        Assert.Contains("required", items[0].Detail, StringComparison.Ordinal);
        Assert.DoesNotContain("name", Labels(text.Replace("|", "name: x\n      |", StringComparison.Ordinal)));
        Assert.Contains("image", Labels("blueprint: a\nsteps:\n  - id: b\n    with: {|\n    uses: container.run"));
    }

    [Theory]
    [InlineData("${{ |", "inputs")]
    [InlineData("${{ inputs.|", "who")]
    [InlineData("${{ inputs.w|ho }}", "who")]
    [InlineData("${{ steps.|", "first")]
    [InlineData("${{ steps.first.|", "outputs")]
    [InlineData("${{ steps.first.outputs.|", "stdout")]
    [InlineData("\"${{ steps.first.outputs.| }}\"", "stdout")]
    [InlineData("\"x ${{ steps.first?.outputs.|", "stdout")]
    [InlineData("${{ inputs.who.|", "startsWith")]
    [InlineData("${{ |", "range")]
    public void Complete_InAnExpression_OffersWhatIsVisibleThere(string expression, string expected)
    {
        var text = $"blueprint: a\ninputs:\n  who: {{type: string}}\nsteps:\n  - id: first\n    run: echo x\n  - id: second\n    run: echo y\n    env:\n      WHO: {expression}\n  - id: third\n    run: echo z\n";
        Assert.Contains(expected, Labels(text));
        Assert.DoesNotContain("third", Labels(text));
    }

    [Fact]
    public void Complete_InABareExpression_OffersTheSameAndReplacesTheNameOnly()
    {
        const string text = "blueprint: a\ninputs:\n  who: {type: string}\nsteps:\n  - id: b\n    if: inputs.wh|\n    run: x\n";
        var found = At(text);
        Assert.Contains("who", found.Items.Select(item => item.Label));
        Assert.Equal("wh", text.Replace("|", "", StringComparison.Ordinal).Substring(found.Start, found.Length));
    }

    [Theory]
    [InlineData("blueprint: a\nonFail|ure: pause\n", "undo what this run did")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    uses: container.r|un\n", "container.run")]
    [InlineData("blueprint: a\nsteps:\n  - id: b\n    uses: container.run\n    with:\n      ima|ge: /x\n", "The image.")]
    [InlineData("blueprint: a\ninputs:\n  who: {type: string}\nvars:\n  x: ${{ inputs.w|ho }}\n", "string")]
    public void Hover_OnAWord_SaysWhatItMeans(string text, string expected)
    {
        var hover = Editing.Hover(text.Replace("|", "", StringComparison.Ordinal), text.IndexOf('|', StringComparison.Ordinal));
        Assert.Contains(expected, hover?.Documentation, StringComparison.Ordinal);
    }

    [Fact]
    public void CompleteAndHover_AtEveryPlaceOfABrokenText_NeverFail()
    {
        const string text = "blueprint: a\ninputs: {x: {type: string}\nsteps:\n - id: b\n   with: [${{ a.b\n  -\n\n\tx: 'q\n";
        for (var offset = 0; offset <= text.Length; offset++)
        {
            Assert.NotNull(Editing.Complete(text, offset));
            Editing.Hover(text, offset);
            Editing.Complete(text[..offset], offset);
        }
    }

    private static IEnumerable<string> Labels(string text) => At(text).Items.Select(item => item.Label);

    private static Completions At(string text) => Editing.Complete(text.Replace("|", "", StringComparison.Ordinal), text.IndexOf('|', StringComparison.Ordinal));
}
