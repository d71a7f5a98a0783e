using Orchestrator.Model.Elsa;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Waits;

/// <summary>Event: waits for an event by name; its payload is the result.</summary>
internal sealed class EventRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        if (IsTrigger(interpreter, activity, out var payload)) interpreter.Complete(activity, null, Value.Map(("result", payload)));
        else interpreter.Wait(activity, activity.Node.Type, activity.Inputs.Get("eventName")?.AsString() ?? "");
    }

    public override void Resumed(Interpreter interpreter, ActivityState activity, BookmarkState bookmark, Value payload) =>
        interpreter.Complete(activity, null, Value.Map(("result", payload)));

    /// <summary>True, once, for the activity whose stimulus started the run.</summary>
    public static bool IsTrigger(Interpreter interpreter, ActivityState activity, out Value payload)
    {
        var state = interpreter.State;
        payload = state.TriggerPayload ?? Value.Null;
        if (state.Trigger is not { } trigger || (activity.Node.Id != trigger && activity.Node.NodeId != trigger)) return false;
        interpreter.NoteRun("triggered", Value.Null);
        return true;
    }
}

/// <summary>HttpEndpoint: waits for a request. The payload's members are its outputs: <c>parsedContent queryStringData routeData headers files result</c>.</summary>
internal sealed class HttpEndpointRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        if (EventRule.IsTrigger(interpreter, activity, out var payload))
        {
            Received(interpreter, activity, payload);
            return;
        }

        var methods = activity.Inputs.Get("supportedMethods") is ListValue { Items.Count: > 0 } list ? list.Items.Select(item => item.AsString() ?? "GET") : ["GET"];
        foreach (var method in methods) interpreter.Wait(activity, activity.Node.Type, ElsaMatch.Http(method, activity.Inputs.Get("path")?.AsString() ?? ""));
    }

    public override void Resumed(Interpreter interpreter, ActivityState activity, BookmarkState bookmark, Value payload) => Received(interpreter, activity, payload);

    private static void Received(Interpreter interpreter, ActivityState activity, Value payload)
    {
        var outcome = payload.Get("outcome")?.AsString();
        interpreter.Complete(activity, outcome is null ? null : [outcome], payload as MapValue ?? Value.Map(("result", payload)));
    }
}

/// <summary>RunTask: asks the outside to do something, and waits until it says that it is done. Its id is what a report must match.</summary>
internal sealed class RunTaskRule : Rule
{
    public override void Run(Interpreter interpreter, ActivityState activity) => interpreter.Wait(activity, activity.Node.Type, TaskId(interpreter, activity));

    public override void Resumed(Interpreter interpreter, ActivityState activity, BookmarkState bookmark, Value payload) =>
        interpreter.Complete(activity, null, Value.Map(("taskId", Value.Of(bookmark.Match)), ("result", payload)));

    private static string TaskId(Interpreter interpreter, ActivityState activity) => $"{interpreter.Run.RunId}-{activity.Number}";
}
