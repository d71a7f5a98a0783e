using Orchestrator.Engine.Tests.Elsa;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Journals;

/// <summary>The runs whose journals are recorded. Adding one: a line here, then the tests once with ORC_RECORD=1, which writes what is missing and touches nothing that is there.</summary>
internal static class Scenarios
{
    public static readonly Dictionary<string, (Definition Definition, Func<Bench, string, Task> Play)> All = new()
    {
        ["retryAndIf"] = (Make.Definition() with
        {
            Root = Make.Flow("root", [Make.Step("a", "test.idempotent", "fails=2", "value=5"), Make.If("b", "steps.a.outputs.value > 9"), Make.Step("b"), Make.Step("c", "test.keyed", "value=steps.a.outputs.value")],
                "a b-if", "b-if True b", "b-if False c", "b c"),
            Outputs = [new NamedExpression("sum", Expression.Parse("steps.c.outputs.value + 1"))],
        }, Finish),
        ["parallelNeeds"] = (Make.Definition(Make.Parallel("p", [Make.Step("a", "test.read"), Make.Step("b", "test.keyed", "fails=1"), Make.Step("c", "test.idempotent", "value=steps.a.outputs.value")], ["a c"]), Make.Step("d")), Finish),
        ["foreach"] = (Make.Definition(Make.ForEach(Make.Step("a", "test.keyed", "value=item"), "['x', 'y', 'z']", "key=item", "limit=2"), Make.Step("b")), Finish),
        ["rescue"] = (Make.Definition(Make.Block("box", [Make.Step("a", "test.idempotent", "fails=9", "kind='permanent'")], [Make.Step("r", "test.idempotent", "value=error.code")], [Make.Step("z")]), Make.Step("b")), Finish),
        ["signalAndApprove"] = (Make.Definition(Make.Node("w", ActivityTypes.Wait, "signal='go'"), Make.Node("ask", ActivityTypes.Approve, "message='ship it?'"), Make.Step("b", "test.idempotent", "value=steps.w.outputs.payload")),
            async (bench, run) =>
            {
                await bench.AskAsync(run, "signal", new { name = "go", payload = 7 });
                await bench.AskAsync(run, "approve", new { approved = true, comment = "fine" });
                await bench.FinishAsync(run);
            }),
        ["rollback"] = (Make.Definition(Make.Step("a"), Make.Step("b", "test.keyed").With(policy => policy with { Undo = Make.Step("b-undo", "test.idempotent", "value=steps.b.outputs.times") }), Make.Step("c", "test.idempotent", "fails=9"))
            with { OnFailure = OnFailure.Rollback, Always = Make.Sequence("always", Make.Step("z")) }, Finish),
        ["intent"] = (Make.Definition(Make.Step("a", "test.desired", "things=['old', 'new']", "fails=1"), Make.Step("b", "test.idempotent", "fails=9")) with { OnFailure = OnFailure.Rollback }, Finish),
        ["childCall"] = (Make.Definition(Make.Node("call", ActivityTypes.Call, "blueprint='child'"), Make.Step("b")), Finish),
        ["pollAndCrash"] = (Make.Definition(Make.Step("a", "test.reattach", "waits=3"), Make.Step("b", "test.verified")), async (bench, run) =>
        {
            await bench.CrashAsync();
            bench.World.Hanging.Add("b");
            bench.Advance(TimeSpan.FromSeconds(30));
            bench.World.Hanging.Clear();
            await bench.CrashAsync();
            await bench.FinishAsync(run);
        }),
        ["pollSameReason"] = (Make.Definition(Make.Step("a", "test.read", "value=1").With(policy => policy with { Until = Expression.Parse("result.value == 2"), TotalTimeout = TimeSpan.FromSeconds(22) })), Finish),
        ["studio"] = (StudioFlow(), async (bench, run) =>
        {
            await bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", "Paid", Value.Of(12)), "alice", "k", CancellationToken.None);
            await bench.FinishAsync(run);
        }),
        ["studioRollback"] = (StudioRollback(), async (bench, run) =>
        {
            await bench.CrashAsync();
            bench.World.Failures["a[2]-undo"] = new([new("test.stuck", Model.Failures.FailureKind.Permanent, "stuck")]);
            await bench.FinishAsync(run);
        }),
        ["studioAlter"] = (OpenFlows.First(tokens: false), async (bench, run) =>
        {
            await bench.AskAsync(run, "alter", new { type = "ModifyVariable", variableId = "n", value = "5" });
            await bench.AskAsync(run, "alter", new { type = "ScheduleActivity", activityId = "old" });
            await OpenFlows.PublishAsync(bench, OpenFlows.Second(tokens: false));
            await bench.AskAsync(run, "alter", new { type = "Migrate", targetVersion = 2 });
            await bench.AskAsync(run, "alter", new { type = "CancelActivity", activityId = "e" });
            await bench.FinishAsync(run);
        }),
        ["studioItems"] = (StudioItems(), async (bench, run) =>
        {
            await bench.AskAsync(run, "approve", new { approved = true, role = "admin" });
            await bench.FinishAsync(run);
            await bench.AskAsync(run, "retry");
            await bench.FinishAsync(run);
        }),
        ["pauseAndRetry"] = (Make.Definition(Make.Step("a", "test.idempotent", "fails=9"), Make.Step("b")) with { OnFailure = OnFailure.Pause }, async (bench, run) =>
        {
            await bench.FinishAsync(run);
            await bench.AskAsync(run, "retry", new { step = "a", inputs = new { fails = 0, token = "typed" } });
            await bench.FinishAsync(run);
        }),
    };

    // A decision, a loop that leads back, branches that meet in a leaf, an event and a delay.
    private static Definition StudioFlow()
    {
        var count = Studio.Variable("n", "N");
        return Studio.Definition(
            Studio.Flow(
                [
                    Studio.Set("i", count, "getN() + 1"), Studio.Activity("d", "Elsa.FlowDecision", "condition:=getN() < 3"), Studio.Activity("e", "Elsa.Event", "eventName=Paid"),
                    Studio.Activity("a", "test.keyed", "fails=1"), Studio.Activity("w", "Elsa.Delay", "timeSpan=00:00:30"), Studio.Activity("z", "test.once", "value:=getOutputFrom('e', 'result') + getN()"),
                ],
                "i d", "d True i", "d False e", "d False a", "d False w", "e z", "a z", "w z"),
            new System.Text.Json.Nodes.JsonArray(count));
    }

    // Rounds of a loop, a target of its own, and a branch that is stopped.
    private static Definition StudioRollback()
    {
        var loop = Studio.Activity("loop", "Elsa.For", "start=1", "end=3", "step=1");
        loop["body"] = Studio.Activity("a", "test.keyed", "policyTarget=docker://web", "policyEnvironment={\"STAGE\":\"test\"}");
        return Studio.Definition(
            Studio.Flow([Studio.Say("s"), loop, Studio.Activity("later", "Elsa.Delay", "timeSpan=00:10:00"), Studio.Activity("x", "test.idempotent", "fails=9", "kind=permanent"), Studio.Activity("w", ActivityTypes.Wait, "duration=10s")], "s loop", "s later", "loop w", "w x"),
            options: new System.Text.Json.Nodes.JsonObject { ["incidentStrategyType"] = Model.Elsa.ElsaReader.RollbackStrategy });
    }

    // An approval, items of which one fails at first, and a block around them.
    private static Definition StudioItems()
    {
        var each = Studio.Activity("each", ActivityTypes.ForEach, "in=[{\"n\":\"x\"},{\"n\":\"y\"},{\"n\":\"z\"}]", "key=n", "limit=2", "failFast=false");
        each["body"] = Studio.Sequence(Studio.Activity("a", "test.idempotent", "value:=getVariable('CurrentKey')"), Studio.Activity("b", "test.keyed", "fails:=getVariable('CurrentKey') == 'y' ? 9 : 0", "kind=permanent"));
        var block = Studio.Activity("box", ActivityTypes.Block);
        (block["body"], block["always"]) = (each, Studio.Activity("z", "test.read"));
        return Studio.Definition(Studio.Flow([Studio.Activity("ask", ActivityTypes.Approve, "message=?", "by=[\"admin\"]", "timeout=1h"), block], "ask box"));
    }

    public static Definition Child { get; } = Make.Definition(Make.Step("deep")) with { Name = "child" };

    private static async Task Finish(Bench bench, string run) => await bench.FinishAsync(run);
}
