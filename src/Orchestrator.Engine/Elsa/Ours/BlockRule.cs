using Orchestrator.Model.Elsa;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa.Ours;

/// <summary>Our block in a workflow made in Studio: runs its body; a failure in it goes to <c>rescue</c>, which handles it and sees it as the variable <c>Error</c>, and <c>always</c> runs last.</summary>
internal sealed class BlockRule : Rule
{
    private const string Phase = "phase";
    private const string Failed = "failure";

    public override void Run(Interpreter interpreter, ActivityState activity)
    {
        // It may run again after it failed.
        if (activity.Note(Failed) is { IsNull: false }) interpreter.Note(activity, Failed, Value.Null);
        Enter(interpreter, activity, "body");
    }

    public override void ChildCompleted(Interpreter interpreter, ActivityState activity, ActivityState child, IReadOnlyList<string>? outcomes)
    {
        if (activity.Note(Phase)?.AsString() == "always") End(interpreter, activity);
        else Enter(interpreter, activity, "always");
    }

    /// <summary>True while something of the block would still run after a failure.</summary>
    public override bool Handles(ActivityState activity) => activity.Note(Phase)?.AsString() switch
    {
        "body" => activity.Node.Port("rescue") is not null || activity.Node.Port("always") is not null,
        "rescue" => activity.Node.Port("always") is not null,
        _ => false,
    };

    public override bool Excuses(ActivityState activity) => activity.Note(Phase)?.AsString() == "body" && activity.Node.Port("rescue") is not null;

    public override void Take(Interpreter interpreter, ActivityState block, ActivityState child, Failure failure)
    {
        var phase = block.Note(Phase)?.AsString();
        interpreter.CancelBelow(block);
        var rescued = phase == "body" && block.Node.Port("rescue") is not null;
        var noted = NotedFailure.Of(failure);
        if (!rescued) interpreter.Note(block, Failed, noted);
        Enter(interpreter, block, rescued ? "rescue" : "always", Value.Map(("Error", noted)));
    }

    private static void Enter(Interpreter interpreter, ActivityState activity, string phase, MapValue? variables = null)
    {
        interpreter.Note(activity, Phase, Value.Of(phase));
        if (activity.Node.Port(phase) is { } port) interpreter.Schedule(activity, port, variables: variables);
        else if (phase == "body") Enter(interpreter, activity, "always");
        else End(interpreter, activity);
    }

    private static void End(Interpreter interpreter, ActivityState activity)
    {
        if (activity.Note(Failed) is { IsNull: false } failed)
            interpreter.Fault(activity, NotedFailure.Read(failed));
        else interpreter.Complete(activity);
    }
}
