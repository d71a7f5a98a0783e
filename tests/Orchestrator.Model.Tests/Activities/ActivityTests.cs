using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Activities;

public sealed class ActivityTests
{
    /// <summary>What a shelf needs of the world: nothing.</summary>
    private static readonly ActivityContext Nowhere = new()
    {
        Target = null!, Log = _ => { }, Time = TimeProvider.System, RunId = "run", StepKey = "step", IdempotencyKey = "run/step",
    };

    private static readonly MapValue BoxA = Value.Map(("label", Value.Of("a")));

    [Fact]
    public async Task Execute_WhenAlreadySo_AppliesNothing()
    {
        var put = new ShelfPut(["a"]);
        var result = await put.ExecuteAsync(BoxA, Nowhere, default);
        Assert.Equal(ActivityResult.Done(Value.Map(("count", Value.Of(1))), changed: false), result);
        Assert.Equal(0, put.Applied);
    }

    [Fact]
    public async Task Execute_WhenItDiffers_AppliesOnceAndSaysSo()
    {
        HashSet<string> shelf = [];
        var put = new ShelfPut(shelf);
        Assert.True((await put.ExecuteAsync(BoxA, Nowhere, default)).Changed);
        Assert.False((await put.ExecuteAsync(BoxA, Nowhere, default)).Changed);
        Assert.Equal(1, put.Applied);
        Assert.Equal(["a"], shelf);
    }

    [Fact]
    public async Task Execute_WhenTheApplyLies_IsAFailureNotASuccess()
    {
        var put = new ShelfPut([]) { Lies = true };
        var thrown = await Assert.ThrowsAsync<FailureException>(() => put.ExecuteAsync(BoxA, Nowhere, default));
        Assert.Equal("engine.notVerified", thrown.Failure.Code);
        Assert.Contains("a: on the shelf", thrown.Failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_SaysWhatWouldChange_AndChangesNothing()
    {
        HashSet<string> shelf = [];
        var check = await new ShelfPut(shelf).PlanAsync(BoxA, Nowhere, default);
        Assert.Equal(CheckState.Differs, check.State);
        Assert.Equal("a: on the shelf", Assert.Single(check.Changes).ToString());
        Assert.Empty(shelf);
    }

    [Fact]
    public async Task Undo_TakesItBack()
    {
        HashSet<string> shelf = ["a", "b"];
        await new ShelfPut(shelf).UndoAsync(BoxA, Value.Map(("count", Value.Of(2))), Nowhere, default);
        Assert.Equal(["b"], shelf);
    }

    [Fact]
    public async Task Execute_BindsEveryKindOfField()
    {
        var input = Value.Map(
            ("label", Value.Of("a")), ("copies", Value.Of(3)), ("glue", Value.Of("superStrong")), ("hold", Value.Of("1m30s")),
            ("code", new SecretValue(Secret.FromPlainText("1234"))), ("tags", Value.List(Value.Of("x"), Value.Of("y"))),
            ("sizes", Value.Map(("left", Value.Of(1.5)))), ("note", Value.Map(("free", Value.Null))));
        Assert.True((await new ShelfPut([]).ExecuteAsync(input, Nowhere, default)).Changed);
    }

    [Theory]
    [InlineData("""{"copies": 1}""", "input `label` is required")]
    [InlineData("""{"label": "a", "copies": 1.5}""", "input `copies` must be a whole number, not `1.5`")]
    [InlineData("""{"label": "a", "glue": "wet"}""", "input `glue` must be none, superStrong, not `wet`")]
    [InlineData("""{"label": "a", "hold": "soon"}""", "input `hold` must be a duration such as 90s, not `soon`")]
    [InlineData("""{"label": "a", "tags": "x"}""", "input `tags` must be a list, not `x`")]
    [InlineData("""{"label": "a", "colour": "x"}""", "input `colour` is not an input of this activity")]
    public async Task Execute_RefusesWhatDoesNotFit_NamingTheField(string json, string message)
    {
        var thrown = await Assert.ThrowsAsync<FailureException>(() => new ShelfPut([]).ExecuteAsync((MapValue)ValueJson.Parse(json), Nowhere, default));
        Assert.Equal(("input.invalid", FailureKind.Permanent, message), (thrown.Failure.Code, thrown.Failure.Kind, thrown.Failure.Message));
    }

    [Fact]
    public void Catalog_DescribesTheActivityFromItsRecords()
    {
        var put = new ActivityCatalog([new ShelfPut([])]).Find("shelf.put")!;
        Assert.Equal((1, Effect.Idempotent, true, false), (put.Version, put.Effect, put.HasUndo, put.Polls));
        Assert.Equal(["label", "copies", "glue", "hold", "code", "tags", "sizes", "note"], put.Input.Fields.Select(field => field.Name));
        Assert.True(put.Input.Field("label")!.Required);
        Assert.Equal(Value.Of(1), put.Input.Field("copies")!.Default);
        Assert.Equal((1, 9), (put.Input.Field("copies")!.Schema.Min, put.Input.Field("copies")!.Schema.Max));
        Assert.Equal([Value.Of("none"), Value.Of("superStrong")], put.Input.Field("glue")!.Schema.Enum!);
        Assert.True(put.Input.Field("code")!.Schema.Secret);
        Assert.Equal(SchemaKind.List, put.Input.Field("tags")!.Schema.Kind);
        Assert.Equal(SchemaKind.Map, put.Input.Field("sizes")!.Schema.Kind);
    }
}
