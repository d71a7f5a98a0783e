using Orchestrator.Engine.Planning;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;
using static Orchestrator.Engine.Tests.Planning.PlanFixture;

namespace Orchestrator.Engine.Tests.Planning;

public sealed class RunPlannerTests
{
    [Fact]
    public async Task Plan_EachAnswerOfALook_HasItsState() => Assert.Equal(
        """
        a: Unchanged
        b: WouldChange | /etc/motd: old -> new
        c: WouldRun runs each time
        d: CannotTell docker is not installed  (scripted.missing)
        e: CannotTell scripted.check broke while looking: InvalidOperationException: a bug (engine.bug)

        """,
        (await PlanAsync(Define(Flow(
            Step("a", "satisfied"), Step("b", "differs", ("text", "'/etc/motd'")), Step("c", "unknown"), Step("d", "fails"), Step("e", "bug")))))
        .Replace("new \n", "new\n", StringComparison.Ordinal));

    [Fact]
    public async Task Plan_OutputOfAStepThatWouldRun_IsKnownAfterIt() => Assert.Equal(
        """
        key: WouldRun runs each time
        use: KnownAfter after `key`: `text`
        then: KnownAfter after `use`: `text`

        """,
        await PlanAsync(Define(Flow(
            Step("key", "unknown"), Step("use", "satisfied", ("text", "`key ${steps.key.outputs.text}`")), Step("then", "satisfied", ("text", "steps.use.outputs.text"))))));

    [Fact]
    public async Task Plan_OutputOfASatisfiedOrForetoldStep_IsKnown() => Assert.Equal(
        """
        key: Unchanged
        use: WouldChange | key one: new
        then: WouldChange | key one!: old -> new 

        """,
        await PlanAsync(Define(Flow(
            Step("key", "satisfied", ("text", "'one'")), Step("use", "foretold", ("text", "`key ${steps.key.outputs.text}`")), Step("then", "differs", ("text", "steps.use.outputs.text + '!'"))))));

    [Fact]
    public async Task Plan_Conditions_AreTrueFalseOrDecidedLater() => Assert.Equal(
        """
        probe: WouldRun runs each time
        yes: Unchanged
        no: Skipped `inputs.kind === 'b'` is false
        later: DecidedAfter after `probe`
        after: KnownAfter after `later`: `text`
        last: Unchanged

        """,
        await PlanAsync(
            Define(Flow(
                (null, Step("probe", "unknown")), ("inputs.kind === 'a'", Step("yes", "satisfied")), ("inputs.kind === 'b'", Step("no", "satisfied")),
                ("steps.probe.outputs.text === 'x'", Step("later", "satisfied")), (null, Step("after", "satisfied", ("text", "steps.later.outputs.text"))), (null, Step("last", "satisfied")))),
            Value.Map(("kind", Value.Of("a")))));

    [Fact]
    public async Task Plan_ManyOpenDecisionsInARow_LeaveWhatFollowsCertain()
    {
        var steps = Enumerable.Range(0, 40).Select(i => ((string?)"steps.probe.outputs.text === 'x'", Step($"s{i}", "satisfied")));
        var text = await PlanAsync(Define(Flow([(null, Step("probe", "unknown")), .. steps, (null, Step("last", "satisfied"))])));
        Assert.Contains("s39: DecidedAfter after `probe`\nlast: Unchanged\n", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_LoopDrawnInStudio_IsWalkedOnce()
    {
        var root = new ActivityNode
        {
            Id = "flow", Type = ActivityTypes.Flowchart, Start = "probe",
            Activities =
            [
                Step("probe", "unknown"), Node("maybe", ActivityTypes.FlowDecision, [("condition", "steps.probe.outputs.text === 'x'")]), Step("work", "satisfied"),
                Node("again", ActivityTypes.FlowDecision, [("condition", "steps.work.outputs.text === 'y'")]), Step("end", "satisfied"), Step("loose", "satisfied"),
            ],
            Connections = [new("probe", null, "maybe"), new("maybe", "True", "work"), new("work", null, "again"), new("again", "True", "work"), new("again", "False", "end"), new("loose", null, "loose")],
        };
        Assert.Equal(
            """
            probe: WouldRun runs each time
            maybe: DecidedAfter after `probe`
            work: DecidedAfter after `probe`
            again: DecidedAfter after `probe`
            end: DecidedAfter after `probe`

            """,
            await PlanAsync(Define(root)));
    }

    [Fact]
    public async Task Plan_SkippedStep_HasNoOutputsAndItsStatus() => Assert.Equal(
        """
        a: Skipped `false` is false
        b: WouldChange | skipped none: old -> new 

        """,
        await PlanAsync(Define(Flow(("false", Step("a", "satisfied")), (null, Step("b", "differs", ("text", "`${steps.a.status} ${steps.a.outputs?.text ?? 'none'}`")))))));

    [Fact]
    public async Task Plan_ForEach_ShowsEachItemUnderItsKey()
    {
        var each = Node(
            "hosts", ActivityTypes.ForEach, [("in", "inputs.hosts"), ("as", "'host'")],
            ("body", Flow(Node("hosts", ActivityTypes.Block, [], ("body", Flow(Step("install", "differs", ("text", "host")), Step("check", "satisfied", ("text", "steps.install.status"))))))));
        Assert.Equal(
            """
            hosts: WouldChange 2 items
              hosts[n1]: WouldChange
                hosts[n1]/install: WouldChange | n1: old -> new 
                hosts[n1]/check: KnownAfter after `install`: `text`
              hosts[n2]: WouldChange
                hosts[n2]/install: WouldChange | n2: old -> new 
                hosts[n2]/check: KnownAfter after `install`: `text`

            """,
            await PlanAsync(Define(Flow(each)), Value.Map(("hosts", Value.List(Value.Of("n1"), Value.Of("n2"))))));
    }

    [Fact]
    public async Task Plan_ForEachOverLeaves_GivesItsItemsWhenKnown()
    {
        var each = Node("n", ActivityTypes.ForEach, [("in", "[{name: 'x'}, {name: 'y'}]"), ("key", "item.name")], ("body", Flow(Step("n", "satisfied", ("text", "item.name + '!'")))));
        Assert.Equal(
            """
            n: Unchanged 2 items
              n[x]: Unchanged
              n[y]: Unchanged
            use: WouldChange | y!: old -> new 

            """,
            await PlanAsync(Define(Flow(each, Step("use", "differs", ("text", "steps.n.outputs.items.y.text"))))));
    }

    [Fact]
    public async Task Plan_ForEachOverAnUnknownList_IsKnownAfter() => Assert.Equal(
        """
        find: WouldRun runs each time
        n: KnownAfter after `find`

        """,
        await PlanAsync(Define(Flow(Step("find", "unknown"), Node("n", ActivityTypes.ForEach, [("in", "steps.find.outputs.list")], ("body", Flow(Step("n", "satisfied"))))))));

    [Fact]
    public async Task Plan_BlockParallelWaitApprove_AreTold()
    {
        var branches = new ActivityNode
        {
            Id = "flow", Type = ActivityTypes.Flowchart,
            Activities = [new ActivityNode { Id = "p-fork", Type = ActivityTypes.Fork }, Step("x", "satisfied"), Step("y", "differs"), Step("z", "satisfied")],
            Connections = [new("p-fork", null, "x"), new("p-fork", null, "y"), new("x", null, "z"), new("y", null, "z")],
        };
        Assert.Equal(
            """
            b: Unchanged
              c: Unchanged
              d: Unchanged
            p: WouldChange
              x: Unchanged
              y: WouldChange | : old -> new 
              z: Unchanged
            w: WouldRun waits 5m
            s: WouldRun waits for signal go
            a: WouldRun waits for a person: really?
            use: KnownAfter after `s`: `text`

            """,
            await PlanAsync(Define(Flow(
                Node("b", ActivityTypes.Block, [], ("body", Flow(Step("c", "satisfied"))), ("always", Flow(Step("d", "satisfied"))), ("rescue", Flow(Step("r", "satisfied")))),
                Node("p", ActivityTypes.Parallel, [], ("body", branches)),
                Node("w", ActivityTypes.Wait, [("duration", "'5m'")]), Node("s", ActivityTypes.Wait, [("signal", "'go'")]), Node("a", ActivityTypes.Approve, [("message", "'really?'")]),
                Step("use", "satisfied", ("text", "steps.s.outputs.payload"))))));
    }

    [Fact]
    public async Task Plan_Call_GoesIntoTheCalledBlueprint()
    {
        var child = Define(Flow(Step("one", "differs", ("text", "inputs.name + inputs.other")), Step("two", "satisfied", ("text", "inputs.token")))) with
        {
            Name = "child", Version = 3, Inputs = Fields("name", "other", "token"), Outputs = [new NamedExpression("text", Expression.Parse("steps.two.outputs.text"))],
        };
        var options = Options with { FindDefinition = (name, version, _) => Task.FromResult(name == "child" && version == 3 ? child : null) };
        var call = Node("c", ActivityTypes.Call, [("blueprint", "'child@3'"), ("with", "{name: 'n', token: steps.mint.outputs.text}")]);
        Assert.Equal(
            """
            mint: WouldRun runs each time
            c: WouldChange runs child@3
              c/one: WouldChange | ndefault other: old -> new 
              c/two: KnownAfter after `mint`: `text`
            use: KnownAfter after `two`: `text`
            other: WouldRun runs nobody@1, which is not known here

            """,
            await PlanAsync(
                Define(Flow(
                    Step("mint", "unknown"), call, Step("use", "satisfied", ("text", "steps.c.outputs.text")),
                    Node("other", ActivityTypes.Call, [("blueprint", "'nobody@1'")]))),
                options: options));
    }

    [Fact]
    public async Task Plan_BlueprintThatCallsItself_Ends()
    {
        Definition? self = null;
        self = Define(Flow(Node("again", ActivityTypes.Call, [("blueprint", "'boot@1'")])));
        var text = await PlanAsync(self, options: Options with { FindDefinition = (_, _, _) => Task.FromResult<Definition?>(self) });
        Assert.Contains("calls are followed 16 deep", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_Targets_AreOpenedOnceOrToldWhyNot()
    {
        var opened = new List<string>();
        var options = Options with
        {
            OpenTarget = (name, kind, settings, stop) =>
            {
                opened.Add(name);
                return Options.OpenTarget(name, kind, settings, stop);
            },
        };
        var definition = Define(Flow(
            On("near", Step("a", "satisfied")), On("near", Step("b", "differs", ("text", "steps.a.outputs.target"))), On("far", Step("c", "satisfied")), On("far", Step("d", "satisfied")),
            Step("e", "unknown"), On("made", Step("f", "satisfied")), On("nobody", Step("g", "satisfied")))) with
        {
            Targets = new Dictionary<string, TargetPlan>
            {
                ["near"] = new("ssh", Expression.Parse("{address: '10.0.0.1'}")), ["far"] = new("ssh", Expression.Parse("{address: '192.0.2.1'}")),
                ["made"] = new("ssh", Expression.Parse("{address: steps.e.outputs.text}")),
            },
        };
        Assert.Equal(
            """
            a: Unchanged
            b: WouldChange | ssh 10.0.0.1: old -> new 
            c: TargetUnreachable 192.0.2.1:22 does not answer (target.unreachable)
            d: TargetUnreachable 192.0.2.1:22 does not answer (target.unreachable)
            e: WouldRun runs each time
            f: KnownAfter after `e`: target `made`
            g: WouldFail there is no target `nobody` (target.unknown)

            """,
            await PlanAsync(definition, options: options));
        Assert.Equal(["near", "far", "local"], opened);

        static ActivityNode On(string target, ActivityNode step) => step with { Policy = new StepPolicy { Target = target } };
    }

    [Fact]
    public async Task Plan_CallWithWrongInputs_WouldFail()
    {
        var child = Define(Flow(Step("one", "satisfied"))) with { Name = "child", Inputs = Fields("name") };
        var call = Node("c", ActivityTypes.Call, [("blueprint", "'child@1'"), ("with", "{stray: 1}")]);
        var text = await PlanAsync(Define(Flow(call)), options: Options with { FindDefinition = (_, _, _) => Task.FromResult<Definition?>(child) });
        Assert.StartsWith("c: WouldFail child@1 refuses its inputs", text, StringComparison.Ordinal);
        Assert.Contains("stray", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_GroupOfHosts_LooksAtTheHostOfTheItem()
    {
        var leaf = Step("n", "satisfied") with { Policy = new StepPolicy { Target = "nodes" } };
        var each = Node("n", ActivityTypes.ForEach, [("in", "['a', 'b']")], ("body", Flow(leaf)));
        var definition = Define(Flow(each, Step("use", "differs", ("text", "steps.n.outputs.items.a.target + ', ' + steps.n.outputs.items.b.target")))) with
        {
            Targets = new Dictionary<string, TargetPlan> { ["nodes"] = new("ssh", Expression.Parse("{address: '10.0.0.1'}"), Expression.Parse("{a: {}, b: {address: '10.0.0.2'}}")) },
        };
        Assert.EndsWith("use: WouldChange | ssh 10.0.0.1, ssh 10.0.0.2: old -> new \n", await PlanAsync(definition), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_Secrets_AreNeverShown()
    {
        var definition = Define(Flow(
            Step("a", "differs", ("token", "secrets.token"), ("text", "'x'")), Step("b", "fails", ("token", "`Bearer ${secrets.token}`")), Step("c", "satisfied", ("token", "secrets.gone")))) with
        {
            Secrets = new Dictionary<string, string> { ["token"] = "store:token", ["gone"] = "store:gone" },
            Outputs = [new NamedExpression("token", Expression.Parse("secrets.token"))],
        };
        var text = await PlanAsync(definition);
        Assert.Equal(
            """
            a: WouldChange | x: old -> new ***
            b: CannotTell docker is not installed *** (scripted.missing)
            c: CannotTell there is no secret store:gone (secret.missing)
            outputs: {"token":"***"}

            """,
            text);
    }

    [Fact]
    public async Task Plan_WrongInputs_WouldFailWhereTheyStand() => Assert.Equal(
        """
        a: WouldFail input `stray` is not an input of this activity (input.invalid)
        b: WouldFail there is no activity nobody.does@1 (activity.unknown)
        d: Unchanged

        """,
        await PlanAsync(Define(Flow(
            Step("a", "satisfied", ("stray", "1")), new ActivityNode { Id = "b", Type = "nobody.does" }, Step("d", "satisfied")))));

    [Fact]
    public async Task Plan_ConditionThatIsNoCondition_WouldFail()
    {
        var text = await PlanAsync(Define(Flow(("inputs.missing.name === 1", Step("a", "satisfied")))), Value.Map(("missing", Value.Null)));
        Assert.Contains("a-if: WouldFail", text, StringComparison.Ordinal);
        Assert.Contains("expression.null", text, StringComparison.Ordinal);
        Assert.Contains("a: DecidedAfter after `a-if`", text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_WhatOnlyARunCanKnow_IsKnownAfterItsStart() => Assert.Equal(
        """
        a: KnownAfter after the start: `text`
        b: KnownAfter after the start: `text`

        """,
        await PlanAsync(Define(Flow(Step("a", "satisfied", ("text", "run.id")), Step("b", "satisfied", ("text", "`x-${uuid()}`"))))));

    [Fact]
    public async Task Plan_CheckThatHangs_IsGivenUpAtTheStepsTimeout()
    {
        var step = Step("a", "hangs") with { Policy = new StepPolicy { AttemptTimeout = TimeSpan.FromMilliseconds(20) } };
        Assert.Equal("a: CannotTell looking took longer than 20ms (engine.timeout)\n", await PlanAsync(Define(Flow(step))));
    }

    [Fact]
    public async Task Plan_UntilThatDoesNotHold_WouldRun()
    {
        var step = Step("a", "satisfied", ("text", "'no'")) with { Policy = new StepPolicy { Until = Expression.Parse("result.text == 'yes'") } };
        Assert.StartsWith("a: WouldRun looks again until", await PlanAsync(Define(Flow(step))), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Plan_VarsAndComputedOutputs_AreUsed()
    {
        var step = Step("a", "satisfied", ("text", "vars.b")) with { Policy = new StepPolicy { Outputs = [new NamedExpression("long", Expression.Parse("result.text.length"))] } };
        var definition = Define(Flow(step)) with
        {
            Inputs = Fields("name"),
            Vars = [new("a", Expression.Parse("inputs.name")), new("b", Expression.Parse("vars.a + '!'"))],
            Outputs = [new("size", Expression.Parse("steps.a.outputs.long")), new("none", Expression.Parse("steps.a.outputs.text.length"))],
        };
        Assert.Equal("a: Unchanged\noutputs: {\"size\":13}\n", await PlanAsync(definition));
    }

    [Fact]
    public async Task Totals_CountLeaves()
    {
        var report = await RunPlanner.PlanAsync(
            Define(Flow((null, Node("b", ActivityTypes.Block, [], ("body", Flow(Step("x", "satisfied"), Step("y", "differs"))))), ("false", Step("z", "satisfied")))), Value.EmptyMap, Options, CancellationToken.None);
        Assert.Equal(
            new Dictionary<PlanState, int> { [PlanState.Unchanged] = 1, [PlanState.WouldChange] = 1, [PlanState.Skipped] = 1 }.OrderBy(total => total.Key),
            report.Totals.OrderBy(total => total.Key));
        Assert.False(report.IsUnchanged);
        Assert.True((await RunPlanner.PlanAsync(Define(Flow(Step("x", "satisfied"))), Value.EmptyMap, Options, CancellationToken.None)).IsUnchanged);
    }
}
