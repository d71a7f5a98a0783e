using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Scripts;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>What workflows made in Studio wait for, and what wakes or starts them.</summary>
public sealed class StudioWaitTests
{
    private static readonly JsonObject Result = Studio.Variable("r", "R", "String", "");

    [Fact]
    public async Task Delay_OutlivesTheProcess()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("d", "Elsa.Delay", "timeSpan=7.00:00:00"), Studio.Activity("a", "test.idempotent"))));
        await bench.CrashAsync();
        var waiting = await bench.ViewAsync(run);

        var view = await bench.FinishAsync(run);

        Assert.Equal((RunStatus.Waiting, "timer"), (waiting.Status, waiting.Wait!.Kind));
        Assert.Equal(RunStatus.Completed, view.Status);
        Assert.True(view.CompletedAt - view.CreatedAt >= TimeSpan.FromDays(7));
        Assert.Equal(1, bench.World.Count("a"));
    }

    [Fact]
    public async Task Event_OutlivesTheProcess_IsTakenOncePerKey()
    {
        await using var bench = await Bench.OpenAsync();
        var wait = Studio.Activity("e", "Elsa.Event", "eventName=Paid");
        wait["result"] = new JsonObject { ["typeName"] = "Object", ["memoryReference"] = new JsonObject { ["id"] = "r" } };
        var definition = Studio.Definition(Studio.Sequence(wait, Studio.Activity("again", "Elsa.Event", "eventName=Paid")), new JsonArray(Result.DeepClone()));
        var run = await bench.StartAsync(definition);
        await bench.CrashAsync();

        var none = await bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", "Unpaid", Value.Null), "alice", null, CancellationToken.None);
        var first = await bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", "Paid", Value.Of("12 EUR")), "alice", "k1", CancellationToken.None);
        bench.Settle();
        var middle = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;
        await bench.CrashAsync();
        var second = await bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", "Paid", Value.Null), "alice", "k2", CancellationToken.None);
        var view = await bench.FinishAsync(run);

        Assert.Equal((0, 1, 1), (none.Resumed, first.Resumed, second.Resumed));
        Assert.Equal("again", middle.Activities.Single(each => each.HasBookmarks).ActivityId);
        Assert.Equal(Value.Of("12 EUR"), middle.Variables.Single().Value);
        Assert.Equal(RunStatus.Completed, view.Status);
        Assert.Empty(await bench.Store.FindBookmarksAsync(new BookmarkQuery(), CancellationToken.None));
    }

    [Fact]
    public async Task Stimulus_SentTwiceWithOneKey_CountsOnce()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("e", "Elsa.Event", "eventName=Go"))));
        var bookmark = Assert.Single(await bench.Store.FindBookmarksAsync(new BookmarkQuery("Elsa.Event", "Go"), CancellationToken.None));

        var first = await bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", "Go", Value.Null), "alice", "same", CancellationToken.None);
        var second = await bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", "Go", Value.Null), "alice", "same", CancellationToken.None);

        Assert.Equal((run, "e"), (bookmark.RunId, bookmark.ActivityId));
        Assert.Equal((1, 0), (first.Resumed, second.Resumed));
        Assert.Equal(RunStatus.Completed, (await bench.ViewAsync(run)).Status);
    }

    [Fact]
    public async Task PublishEvent_WakesAnotherRun()
    {
        await using var bench = await Bench.OpenAsync();
        var waiting = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("e", "Elsa.Event", "eventName=Ready"))));

        var sender = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("p", "Elsa.PublishEvent", "eventName=Ready")), id: "sender"));
        await bench.FinishAsync(sender);

        Assert.Equal(RunStatus.Completed, (await bench.FinishAsync(waiting)).Status);
    }

    [Fact]
    public async Task Trigger_StartedByItsStimulus_CompletesAtOnceWithThePayload()
    {
        var trigger = Studio.Activity("e", "Elsa.Event", "eventName=Paid");
        trigger["customProperties"]!["canStartWorkflow"] = true;
        var definition = Studio.Definition(Studio.Flow([Studio.Say("other"), trigger, Studio.Set("s", Result, "getOutputFrom('e', 'result')")], "e s"), new JsonArray(Result.DeepClone()));
        await using var bench = await Bench.OpenAsync();

        var started = await bench.Engine.StartAsync(new StartRun(definition, Value.EmptyMap, Studio: new StudioStart("order-7", "seven", "e", Value.Of("x"))), CancellationToken.None);
        var execution = (await Executions.ReadAsync(bench.Store, started.RunId, CancellationToken.None))!;

        Assert.Equal("Elsa.Event Paid", Assert.Single(definition.Elsa!.Triggers) is var found ? $"{found.Type} {found.Matches[0]}" : "");
        Assert.Equal(["Workflow1", "flow", "e", "s"], execution.Activities.Select(each => each.ActivityId));
        Assert.Equal(("order-7", "seven", Value.Of("x")), (execution.CorrelationId, execution.Name, execution.Variables.Single().Value));
        Assert.Equal(RunStatus.Completed, (await bench.ViewAsync(started.RunId)).Status);
    }

    [Fact]
    public async Task WorkflowAsActivity_RunsAsAChild_GivesItsOutputsAndOutcome()
    {
        await using var bench = await Bench.OpenAsync();
        var child = Studio.Definition(
            Studio.Sequence(Studio.Activity("o", "Elsa.SetOutput", "outputName=Verdict", "outputValue:='got ' + getInput('Amount')"), Studio.Activity("c", "Elsa.Complete", "outcomes=Fine")),
            outputs: new JsonArray(new JsonObject { ["name"] = "Verdict", ["type"] = "String" }), id: "judge");
        await bench.SubmitAsync(child);
        var call = Studio.Activity("call", "Judge", "amount=7");
        (call["workflowDefinitionId"], call["verdict"]) = ("judge", new JsonObject { ["typeName"] = "String", ["memoryReference"] = new JsonObject { ["id"] = "r" } });

        var run = await bench.StartAsync(Studio.Definition(Studio.Flow([call, Studio.Say("fine"), Studio.Say("done")], "call Fine fine", "call done"), new JsonArray(Result.DeepClone())));
        var view = await bench.FinishAsync(run);
        var execution = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;

        Assert.Equal(RunStatus.Completed, view.Status);
        Assert.Equal(["Workflow1", "flow", "call", "fine"], execution.Activities.Select(each => each.ActivityId));
        Assert.Equal(Value.Of("got 7"), execution.Variables.Single().Value);
    }

    [Fact]
    public async Task Script_MoreThanAnExpression_RunsOutside_SetsVariablesAndOutcomes()
    {
        var seen = new List<ScriptCall>();
        await using var bench = await Bench.OpenAsync(runScript: (call, _) =>
        {
            seen.Add(call);
            return Task.FromResult(new ScriptResult { Value = Value.Of("v"), VariableWrites = Value.Map(("R", Value.Of("written"))), Outcomes = ["Odd"] });
        });
        var definition = Studio.Definition(
            Studio.Flow([Studio.Set("s", Result, "'before'"), Studio.Activity("js", "Elsa.RunJavaScript", "script=setVariable('R', 'written'); setOutcome('Odd'); return 'v'"), Studio.Say("odd"), Studio.Say("even")], "s js", "js Odd odd", "js Even even"),
            new JsonArray(Result.DeepClone()));

        var run = await bench.StartAsync(definition);
        var execution = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;

        Assert.Equal(Value.Of("before"), Assert.Single(seen).Context.Variables.Get("R"));
        Assert.Equal(["Workflow1", "flow", "s", "js", "odd"], execution.Activities.Select(each => each.ActivityId));
        Assert.Equal(Value.Of("written"), execution.Variables.Single().Value);
        Assert.Equal(Value.Of("v"), execution.Activities.Single(each => each.ActivityId == "js").Outputs.Get("Result"));
    }

    [Theory]
    [InlineData("retry", "second")]
    [InlineData("skip", "")]
    public async Task Script_ForAnInputFails_RetryRunsItAgainAndTheOtherInputsAreThere(string request, string content)
    {
        var calls = 0;
        await using var bench = await Bench.OpenAsync(runScript: (_, _) => ++calls == 1
            ? throw new Model.Failures.FailureException("script.error", Model.Failures.FailureKind.Permanent, "oops")
            : Task.FromResult(new ScriptResult { Value = Value.Of("second") }));
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(
            Studio.Activity("w", "Elsa.WriteHttpResponse", "statusCode=Created", "content:=for (;;) { break; } return 'second'", "contentType=text/plain"), Studio.Say("end"))));
        var failed = await bench.ViewAsync(run);

        var refusal = await bench.AskAsync(run, request, new { step = "w.content" });

        Assert.Equal((RunStatus.Failed, "Failed to evaluate activity input 'Content'"), (failed.Status, failed.Failure!.Message));
        Assert.Equal((null, RunStatus.Completed), (refusal, (await bench.ViewAsync(run)).Status));
        var written = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!.Activities.Single(each => each.ActivityId == "w");
        Assert.Equal(("Created", content, "text/plain"), (written.Inputs.Get("StatusCode")?.AsString(), written.Inputs.Get("Content")?.AsString() ?? "", written.Inputs.Get("ContentType")?.AsString()));
    }

    [Fact]
    public async Task LongLoop_IsCutIntoSeveralCommits_AndStaysSmall()
    {
        var count = Studio.Variable("n", "N");
        var loop = Studio.Activity("l", "Elsa.While", "condition:=getN() < 2000");
        loop["body"] = Studio.Set("i", count, "getN() + 1");
        await using var bench = await Bench.OpenAsync();

        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(loop), new JsonArray(count.DeepClone())));
        var view = await bench.FinishAsync(run);

        Assert.Equal(RunStatus.Completed, view.Status);
        Assert.InRange((await bench.EventsAsync(run)).Length, 8, 20);
    }

    [Fact]
    public async Task BulkDispatch_ARunForEachItem_ThenGoesOn()
    {
        await using var bench = await Bench.OpenAsync();
        await bench.SubmitAsync(Studio.Definition(Studio.Sequence(Studio.Activity("a", "test.idempotent", "value:=getInput('Item')")), id: "one"));
        var bulk = Studio.Activity("bulk", "Elsa.BulkDispatchWorkflows", "workflowDefinitionId=one", "items=[1,2,3]");
        bulk["childCompleted"] = Studio.Say("heard");

        var run = await bench.StartAsync(Studio.Definition(Studio.Flow([bulk, Studio.Say("end")], "bulk Completed end")));
        var view = await bench.FinishAsync(run);

        Assert.Equal(RunStatus.Completed, view.Status);
        var execution = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;
        Assert.Equal(3, execution.Activities.Count(each => each.ActivityId == "heard"));
        Assert.Equal(ExecutionStatus.Completed, execution.Activities.Single(each => each.ActivityId == "end").Status);
        Assert.Equal(3, (await bench.Store.ListRunsAsync(new RunQuery { Blueprints = ["one"] }, CancellationToken.None)).Count);
    }

    [Fact]
    public async Task Singleton_WhileOneRuns_AnotherStartIsRefused()
    {
        var options = new JsonObject { ["activationStrategyType"] = "Elsa.Workflows.ActivationValidators.CorrelatedSingletonStrategy, Elsa.Workflows.Core" };
        var definition = Studio.Definition(Studio.Sequence(Studio.Activity("e", "Elsa.Event", "eventName=Go")), options: options);
        await using var bench = await Bench.OpenAsync();
        async Task<string> Start(string correlation) =>
            (await bench.Engine.StartAsync(new StartRun(definition, Value.EmptyMap, Studio: new StudioStart(correlation)), CancellationToken.None)).RunId;
        var first = await Start("one");
        await bench.CrashAsync();

        var refused = await Assert.ThrowsAsync<Model.Failures.FailureException>(() => Start("one"));
        await Start("two");
        await bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", "Go", Value.Null, RunId: first), "alice", null, CancellationToken.None);

        Assert.Equal("run.groupFull", refused.Failure.Code);
        await Start("one");
        Assert.Equal(["one", "one", "two"], (await bench.Store.ListRunsAsync(new RunQuery(), CancellationToken.None)).Select(each => each.Labels!["correlationId"]).Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task UnknownActivity_IsPassedOver_AndTheLogSaysSo()
    {
        await using var bench = await Bench.OpenAsync();

        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("x", "Acme.Sing"), Studio.Say("hello"))));

        Assert.Equal(RunStatus.Completed, (await bench.ViewAsync(run)).Status);
        Assert.Equal(
            ["x: there is no activity `Acme.Sing@1` here: it was passed over without effect", "hello: hello"],
            (await bench.Store.ReadLogAsync(run, 0, 10, CancellationToken.None)).Select(line => $"{line.Step}: {line.Line}"));
    }

    [Fact]
    public async Task HttpResponse_IsInTheExecutionsInputs()
    {
        await using var bench = await Bench.OpenAsync();
        var run = await bench.StartAsync(Studio.Definition(Studio.Sequence(Studio.Activity("w", "Elsa.WriteHttpResponse", "statusCode=Created", "content=hello", "contentType=text/plain"))));

        var written = (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!.Activities.Single(each => each.ActivityId == "w");

        Assert.Equal(Value.Map(("StatusCode", Value.Of("Created")), ("Content", Value.Of("hello")), ("ContentType", Value.Of("text/plain"))), written.Inputs);
    }
}
