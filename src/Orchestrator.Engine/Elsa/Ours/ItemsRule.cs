using Orchestrator.Engine.Elsa.Structured;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Ours;

/// <summary>Our foreach in a workflow made in Studio: items at once, at most <c>limit</c> of them; each body sees its item by the name in <c>as</c>, and as <c>CurrentValue</c>.</summary>
internal sealed class ItemsRule : LoopRule
{
    private const string Opened = "opened";
    private const string Done = "done";

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        var items = Items(activity);
        var limit = activity.Inputs.Get("limit") is NumberValue { Number: > 0 } given ? (int)given.Number : 8;
        if (activity.Node.Port("body") is not { } body || activity.Count(Done) == items.Count || activity.Flag(Breaking.Note))
        {
            interpreter.Complete(activity);
            return;
        }

        var name = activity.Inputs.Get("as")?.AsString() is { Length: > 0 } called ? called : "item";
        while (activity.Count(Opened) < items.Count && activity.Count(Opened) - activity.Count(Done) < limit)
        {
            var index = activity.Count(Opened);
            interpreter.Note(activity, Opened, Value.Of(index + 1));
            interpreter.Schedule(activity, body, Value.Of(index), Value.Map((name, items[index]), ("CurrentValue", items[index]), ("CurrentIndex", Value.Of(index))));
        }
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        interpreter.Note(activity, Done, Value.Of(activity.Count(Done) + 1));
        Run(interpreter, activity);
    }

    private static IReadOnlyList<Value> Items(ActivityState activity) => activity.Inputs.Get("in") is ListValue list ? list.Items : [];
}
