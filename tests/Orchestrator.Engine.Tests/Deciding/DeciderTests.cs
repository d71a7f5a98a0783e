using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Expressions;

namespace Orchestrator.Engine.Tests.Deciding;

/// <summary>What the decider does, rule by rule: after these facts, the last one gives these events with these moves.</summary>
public sealed class DeciderTests
{
    private static readonly Dictionary<string, Definition> Plans = new()
    {
        ["two"] = Make.Definition(Make.Step("a"), Make.Step("b")),
        ["never"] = Make.Definition(Make.Step("a").With(policy => policy with { Retry = RetryPolicy.Never }), Make.Step("b")),
        ["allowed"] = Make.Definition(Make.Step("a").With(policy => policy with { AllowFailure = true, Retry = RetryPolicy.Never }), Make.Step("b")),
        ["pause"] = Make.Definition(Make.Step("a"), Make.Step("b")) with { OnFailure = OnFailure.Pause },
        ["rollback"] = Make.Definition(Make.Step("a"), Make.Step("b"), Make.Step("c")) with { OnFailure = OnFailure.Rollback, Always = Make.Sequence("always", Make.Step("z")) },
        ["if"] = Make.Definition(Make.Step("a"), Make.Block("box", [])) with
        {
            Root = Make.Flow("root", [Make.Step("a"), Make.If("b", "steps.a.outputs.value == 1"), Make.Step("b"), Make.Step("c")], "a b-if", "b-if True b", "b-if False c", "b c"),
        },
        ["else"] = Make.Definition() with
        {
            Root = Make.Flow("root", [Make.Step("a"), Make.If("b", "steps.a.outputs.value == 2"), Make.Step("b"), Make.Step("c")], "a b-if", "b-if True b", "b-if False c", "b c"),
        },
        ["needs"] = Make.Definition(Make.Parallel("p", [Make.Step("a"), Make.Step("b"), Make.Step("c")], ["a c"]), Make.Step("d")),
        ["items"] = Make.Definition(Make.ForEach(Make.Step("a"), "[1, 2, 3]", "key=string(item)", "limit=2"), Make.Step("b")),
        ["empty"] = Make.Definition(Make.ForEach(Make.Step("a"), "[]", "limit=2"), Make.Step("b")),
        ["box"] = Make.Definition(Make.Block("box", [Make.Step("a")], [Make.Step("r")], [Make.Step("z")]), Make.Step("b")),
        ["wait"] = Make.Definition(Make.Node("w", ActivityTypes.Wait, "signal='go'"), Make.Step("b")),
        ["timer"] = Make.Definition(Make.Node("w", ActivityTypes.Wait, "duration='10s'"), Make.Step("b")),
        ["ask"] = Make.Definition(Make.Node("w", ActivityTypes.Approve, "message='ok?'"), Make.Step("b")),
        ["keyed"] = Make.Definition(Make.Step("a", "test.keyed"), Make.Step("b")),
        ["once"] = Make.Definition(Make.Step("a", "test.once"), Make.Step("b")),
        ["until"] = Make.Definition(Make.Step("a").With(policy => policy with { Until = Expression.Parse("result.value == 2") })),
    };

    [Theory]
    [InlineData("two", "start", "RunStarted [opened run root, scheduled a]")]
    [InlineData("two", "start; place a", "StepStarted a")]
    [InlineData("two", "start; place a; done a", "StepCompleted a [scheduled b]")]
    [InlineData("two", "start; place a; done a; place b; done b", "StepCompleted b; RunCompleted")]
    [InlineData("if", "start; place a; done a", "StepCompleted a [decided b-if True, scheduled b]")]
    [InlineData("else", "start; place a; done a", "StepCompleted a [decided b-if False, skipped b, scheduled c]")]
    [InlineData("needs", "start", "RunStarted [opened run root, scheduled p, decided p-fork Done, scheduled a, scheduled b]")]
    [InlineData("needs", "start; place a; done a", "StepCompleted a [scheduled c]")]
    [InlineData("items", "start", "RunStarted [opened run root, scheduled a, opened a 1, scheduled a[1], opened a 2, scheduled a[2]]")]
    [InlineData("items", "start; place a[2]; done a[2]", "StepCompleted a[2] [opened a 3, scheduled a[3]]")]
    [InlineData("empty", "start", "RunStarted [opened run root, scheduled a, completed a, scheduled b]")]
    public void Order(string plan, string facts, string decision) => Assert.Equal(decision, Table.Last(Plans[plan], facts));

    [Theory]
    [InlineData("two", "start; place a; fail a transient", "StepRetryScheduled a")]
    [InlineData("two", "start; place a; fail a transient; wake 9", "nothing")]
    [InlineData("two", "start; place a; fail a transient; wake 10", "due a")]
    [InlineData("two", "start; place a; fail a permanent", "StepFailed a; RunPhaseEntered; RunFailed")]
    [InlineData("never", "start; place a; fail a transient", "StepFailed a; RunPhaseEntered; RunFailed")]
    [InlineData("allowed", "start; place a; fail a permanent", "StepFailed a [scheduled b]")]
    [InlineData("pause", "start; place a; fail a permanent", "StepPaused a")]
    [InlineData("needs", "start; place a; place b; fail a permanent", "StepFailed a [stopping b]")]
    [InlineData("items", "start; place a[1]; place a[2]; fail a[1] permanent", "StepFailed a[1] [stopping a[2]]")]
    [InlineData("box", "start; place a; fail a permanent", "StepFailed a [opened box rescue, scheduled r]")]
    [InlineData("box", "start; place a; fail a permanent; place r; done r", "StepCompleted r [opened box always, scheduled z]")]
    [InlineData("box", "start; place a; fail a permanent; place r; done r; place z; done z", "StepCompleted z [completed box, scheduled b]")]
    [InlineData("rollback", "start; place a; done a; place b; same b; place c; fail c permanent", "StepFailed c; RunPhaseEntered; RunPhaseEntered [scheduled a-undo]")]
    [InlineData("rollback", "start; place a; done a; place b; fail b permanent; place a-undo; fail a-undo permanent", "StepFailed a-undo; RunPhaseEntered [opened run always, scheduled z]")]
    public void Failures(string plan, string facts, string decision) => Assert.Equal(decision, Table.Last(Plans[plan], facts));

    [Theory]
    [InlineData("two", "start; place a; poll a", "StepPolled a")]
    [InlineData("two", "start; place a; poll a; wake 5", "due a")]
    [InlineData("until", "start; place a; done a", "StepPolled a")]
    [InlineData("until", "start; place a; done a; wake 900", "StepFailed a; RunPhaseEntered; RunFailed")]
    [InlineData("timer", "start; wake 10", "StepCompleted w [scheduled b]")]
    [InlineData("wait", "start; ? signal go", "SignalReceived [completed w, scheduled b]")]
    [InlineData("wait", "start; ? signal other", "SignalReceived")]
    [InlineData("ask", "start; ? approve w yes", "ApprovalGiven w [completed w, scheduled b]")]
    [InlineData("ask", "start; ? approve w no", "ApprovalGiven w [broken w]; RunPhaseEntered; RunFailed")]
    [InlineData("two", "start; place a; child a", "ChildStarted a")]
    [InlineData("two", "start; place a; child a; child-ends well", "StepCompleted a [scheduled b]")]
    [InlineData("two", "start; place a; child a; child-ends test.broken", "StepFailed a; RunPhaseEntered; RunFailed")]
    public void Waiting(string plan, string facts, string decision) => Assert.Equal(decision, Table.Last(Plans[plan], facts));

    [Theory]
    [InlineData("two", "start; place a; ? cancel", "RunCancelRequested [stopping a]")]
    [InlineData("two", "start; ? cancel", "RunCancelRequested [cancelled a]; RunCancelled")]
    [InlineData("two", "start; place a; ? cancel; wake 30", "StepCancelled a; RunCancelled")]
    [InlineData("two", "start; place a; child a; ? cancel", "RunCancelRequested [stopping a]; cancel c")]
    [InlineData("two", "start; place a; ? terminate", "RunTerminated")]
    [InlineData("pause", "start; place a; fail a permanent; ? retry a", "StepRetried a [redone a]")]
    [InlineData("pause", "start; place a; fail a permanent; ? skip a", "StepSkipped a [scheduled b]")]
    [InlineData("two", "start; ? retry a", "refused: step `a` is ready, neither failed nor paused")]
    [InlineData("two", "start; place a; fail a permanent; ? retry a", "RunReopened; StepRetried a [redone a]")]
    public void Requests(string plan, string facts, string decision) => Assert.Equal(decision, Table.Last(Plans[plan], facts));

    [Theory]
    [InlineData("two", "start; place a; crash; place a; done a", "StepCompleted a [scheduled b]")]
    [InlineData("two", "start; place a; crash", "RunRecovered")]
    [InlineData("keyed", "start; place a; crash; crash; crash", "RunRecovered; StepPaused a")]
    [InlineData("keyed", "start; place a; crash; crash; released; crash", "RunRecovered")]
    [InlineData("once", "start; place a; crash; place a; lost a", "StepRetryScheduled a; due a")]
    [InlineData("once", "start; place a; crash; place a; took a", "StepCompleted a [scheduled b]")]
    [InlineData("once", "start; place a; crash; place a; unclear a", "StepPaused a")]
    [InlineData("wait", "start; crash", "nothing")]
    public void Crashes(string plan, string facts, string decision) => Assert.Equal(decision, Table.Last(Plans[plan], facts));
}
