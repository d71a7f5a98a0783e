using Orchestrator.Engine.Deciding.Containers;
using Orchestrator.Engine.Elsa.Structured;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Ours;

/// <summary>
/// Our foreach in a workflow made in Studio, as in blueprints: items at once, at most <c>limit</c> of them, told apart by their keys. Each body sees its item by the name in <c>as</c>, and as
/// <c>CurrentValue</c>, <c>CurrentIndex</c>, <c>CurrentKey</c>. The first item that fails stops the others; without <c>failFast</c> they go on, and then the foreach fails with the list. When it is run again
/// after that, items that were done stay done.
/// </summary>
internal sealed class ItemsRule : LoopRule
{
    private const string Opened = "opened";
    private const string Keys = "keys";
    private const string Failed = "failed:";

    public override bool Handles(ActivityState activity) => true;

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        // It may run again after it failed, perhaps with other items.
        foreach (var note in activity.Notes.Where(note => note.Key.StartsWith(Failed, StringComparison.Ordinal) && !note.Value.IsNull).ToArray()) interpreter.Note(activity, note.Key, Value.Null);
        if (activity.Count(Opened) > 0) interpreter.Note(activity, Opened, Value.Of(0));
        var keys = ForEachItems.Keys(activity.Node.StepId, ItemsOf(activity), KeyOf(interpreter, activity));
        interpreter.Note(activity, Keys, Value.List(keys.Select(key => Value.Of(key))));
        GoOn(interpreter, activity);
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes) => GoOn(interpreter, activity);

    public override void Take(Interpreter interpreter, ActivityState activity, ActivityState child, Failure failure)
    {
        interpreter.Note(activity, Failed + TagOf(child), NotedFailure.Of(failure));
        interpreter.Cancel(child);
        if (IsFailFast(activity)) interpreter.CancelBelow(activity);
        GoOn(interpreter, activity);
    }

    private static void GoOn(Interpreter interpreter, ActivityState activity)
    {
        var items = ItemsOf(activity);
        var keys = activity.Note(Keys) is ListValue noted ? [.. noted.Items.Select(key => key.AsString()!)] : (IReadOnlyList<string>)[.. items.Select((_, index) => IndexText(index))];
        var failed = keys.Where(key => activity.Note(Failed + key) is { IsNull: false }).ToArray();
        var goesOn = activity.Node.Port("body") is not null && !activity.Flag(Breaking.Note) && (failed.Length == 0 || !IsFailFast(activity));
        var limit = activity.Inputs.Get("limit") is NumberValue { Number: > 0 } given ? (int)given.Number : 8;
        while (goesOn && activity.Count(Opened) < items.Count && Busy(interpreter, activity) < limit)
        {
            var index = activity.Count(Opened);
            interpreter.Note(activity, Opened, Value.Of(index + 1));
            if (!activity.Results.ContainsKey(keys[index])) Open(interpreter, activity, index, keys[index], items[index]);
        }

        if (!activity.Flag(Breaking.Note) && Busy(interpreter, activity) > 0) return;
        if (failed.Length > 0) interpreter.Fault(activity, ForEachItems.Failure([.. failed.Select(key => (key, NotedFailure.Read(activity.Note(Failed + key)!)))], items.Count));
        else interpreter.Complete(activity, null, Value.Map(("items", Value.Map(keys.Where(activity.Results.ContainsKey).Select(key => (key, activity.Results[key]))))));
    }

    private static void Open(Interpreter interpreter, ActivityState activity, int index, string key, Value item) => interpreter.Schedule(
        activity, activity.Node.Port("body")!, Value.Of(key), Value.Map((NameOf(activity), item), ("CurrentValue", item), ("CurrentIndex", Value.Of(index)), ("CurrentKey", Value.Of(key))));

    /// <summary>The key of the item that a child of a foreach runs for; runs that began when items had no keys have their numbers.</summary>
    public static string TagOf(ActivityState child) => child.Tag switch
    {
        StringValue key => key.Text,
        NumberValue index => IndexText((int)index.Number),
        _ => "",
    };

    private static int Busy(Interpreter interpreter, ActivityState activity) =>
        interpreter.State.Queue.Count(item => item.Owner == activity.Number)
        + interpreter.State.ChildrenOf(activity).Count(child => child.Status is ExecutionStatus.Running or ExecutionStatus.Pending);

    private static IReadOnlyList<Value> ItemsOf(ActivityState activity)
    {
        var given = activity.Inputs.Get("in") ?? Value.Null;
        if (given is StringValue text && PlainJson.TryParse(text.Text) is (ListValue or MapValue) and var parsed) given = parsed;
        return ForEachItems.Of(activity.Node.StepId, given is MapValue ? given : ElsaTypes.Convert(given, "List<Object>"));
    }

    // A plain text names a field of the item; JavaScript is evaluated for each, with the item under its name.
    private static Func<Value, Value>? KeyOf(Interpreter interpreter, ActivityState activity)
    {
        if (!activity.Node.Inputs.TryGetValue("key", out var input) || string.IsNullOrWhiteSpace(input.Content.AsString())) return null;
        var source = input.Content.AsString()!;
        if (input.Syntax != "JavaScript") return item => source.Split('.').Aggregate(item, (at, name) => at.Get(name) ?? Value.Null);
        var script = interpreter.Run.Graph.ScriptOf(source);
        if (!script.IsPure) throw new FailureException("foreach.key", FailureKind.Permanent, $"`key` of `{activity.Node.StepId}` must be one expression, for example getVariable('{NameOf(activity)}').name");
        var context = ActivityInputs.Context(interpreter.Run, activity, interpreter.Now);
        return item => script.Evaluate(context with { Variables = context.Variables.With(NameOf(activity), item).With("CurrentValue", item) });
    }

    private static bool IsFailFast(ActivityState activity) => activity.Inputs.Get("failFast") is not { IsNull: false } said || said is StringValue { Text: "" } || ElsaTypes.ToFlag(said);

    private static string NameOf(ActivityState activity) => activity.Inputs.Get("as")?.AsString() is { Length: > 0 } called ? called : "item";

    private static string IndexText(int index) => index.ToString(System.Globalization.CultureInfo.InvariantCulture);
}
