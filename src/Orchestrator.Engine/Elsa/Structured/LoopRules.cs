using Orchestrator.Engine.Runs;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Structured;

/// <summary>While: the condition is evaluated before each round.</summary>
internal sealed class WhileRule : LoopRule
{
    public override bool OwnsScript(string name) => true;

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var holds = true;
        if (activity.Node.Inputs.TryGetValue("condition", out var condition))
        {
            if (ActivityInputs.Evaluate(interpreter, activity, "condition", "Condition", condition, "Boolean") is not { } value) return;
            holds = ElsaTypes.ToFlag(value);
            if (activity.Note("script:condition") is not null) interpreter.Note(activity, "script:condition", Value.Null);
        }
        else
        {
            holds = false;
        }

        if (!holds || activity.Node.Port("body") is not { } body) interpreter.Complete(activity);
        else interpreter.Schedule(activity, body);
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        if (activity.Flag(Breaking.Note)) interpreter.Complete(activity);
        else Run(interpreter, activity);
    }
}

/// <summary>For: counts from start to end.</summary>
internal sealed class ForRule : LoopRule
{
    private const string Current = "CurrentValue";

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var (start, end, step) = (Number(activity, "start", 0), Number(activity, "end", 0), Number(activity, "step", 1));
        if (step == 0) throw new FailureException("elsa.input", FailureKind.Permanent, "Step must not be 0: the loop would never end");
        var inclusive = ElsaTypes.ToFlag(activity.Inputs.Get("outerBoundInclusive") ?? Value.Of(true));
        var value = activity.Note(Current) is NumberValue before ? before.Number + step : start;
        var goesOn = step > 0 ? value < end || (inclusive && value == end) : value > end || (inclusive && value == end);
        if (!goesOn || activity.Flag(Breaking.Note) || activity.Node.Port("body") is not { } body)
        {
            interpreter.Complete(activity, null, activity.Note(Current) is { } last ? Value.Map(("currentValue", last)) : null);
            return;
        }

        interpreter.Note(activity, Current, Value.Of(value));
        interpreter.Schedule(activity, body, variables: Value.Map((Current, Value.Of(value))));
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes) => Run(interpreter, activity);

    private static double Number(ActivityState activity, string name, double other) => activity.Inputs.Get(name) is NumberValue number ? number.Number : other;
}

/// <summary>ForEach: the items one after another; they are evaluated once.</summary>
internal sealed class ForEachRule : LoopRule
{
    private const string Index = "CurrentIndex";

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var items = ParallelForEachRule.Items(activity);
        var index = activity.Count(Index);
        if (index >= items.Count || activity.Flag(Breaking.Note) || activity.Node.Port("body") is not { } body)
        {
            interpreter.Complete(activity, null, index > 0 && index <= items.Count ? Value.Map(("currentValue", items[index - 1])) : null);
            return;
        }

        interpreter.Note(activity, Index, Value.Of(index + 1));
        interpreter.Schedule(activity, body, variables: Value.Map(("CurrentValue", items[index]), (Index, Value.Of(index))));
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes) => Run(interpreter, activity);
}

/// <summary>ParallelForEach: all items at once, each with its own variables.</summary>
internal sealed class ParallelForEachRule : LoopRule
{
    private const string Left = "Scheduled";

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var items = Items(activity);
        if (items.Count == 0 || activity.Node.Port("body") is not { } body)
        {
            interpreter.Complete(activity);
            return;
        }

        interpreter.Note(activity, Left, Value.Of(items.Count));
        for (var i = 0; i < items.Count; i++)
            interpreter.Schedule(activity, body, Value.Of(i), Value.Map(("CurrentValue", items[i]), ("CurrentIndex", Value.Of(i))));
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        interpreter.Note(activity, Left, Value.Of(activity.Count(Left) - 1));
        if (activity.Count(Left) == 0 || activity.Flag(Breaking.Note)) interpreter.Complete(activity);
    }

    /// <summary>The items of a loop.</summary>
    public static IReadOnlyList<Value> Items(ActivityState activity) => activity.Inputs.Get("items") is ListValue list ? list.Items : [];
}
