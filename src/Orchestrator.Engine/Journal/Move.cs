using System.Text.Json;
using Orchestrator.Engine.Folding;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>What an event leads to for one step: the small change that rides in the event's row.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Key">The step; for <see cref="MoveKind.Opened"/> the owner of the scope, empty for the run itself; in workflows made in Studio the number of an execution.</param>
/// <param name="Value">Input (scheduled, redone), items (a foreach that is scheduled), output (completed, closed); null when there is none or it is the constant one.</param>
/// <param name="Text">Outcome (decided), role or item key (opened).</param>
/// <param name="Failure">Why; null unless broken or paused.</param>
/// <param name="Wait">What a step that is scheduled waits for; null for others.</param>
internal sealed record Move(MoveKind Kind, string Key, Value? Value = null, string? Text = null, Failure? Failure = null, WaitState? Wait = null)
{
    public void Write(Utf8JsonWriter writer)
    {
        writer.WriteStartObject();
        writer.WriteString(Name(Kind), Key);
        if (Value is not null) writer.WriteValue("value", Value);
        if (Text is not null) writer.WriteString("text", Text);
        if (Failure is not null) writer.WriteFailure("failure", Failure);
        if (Wait is not null) writer.WriteWait("wait", Wait);
        writer.WriteEndObject();
    }

    public static Move Read(EventBody body)
    {
        var first = body.FirstMember();
        return new Move(KindOf(first.Name), first.Text, body.ValueOrNull("value"), body.TextOrNull("text"), body.FailureOrNull("failure"), body.WaitOrNull("wait"));
    }

    private static string Name(MoveKind kind) => kind switch
    {
        MoveKind.Scheduled => "scheduled",
        MoveKind.Skipped => "skipped",
        MoveKind.Decided => "decided",
        MoveKind.Opened => "opened",
        MoveKind.Completed => "completed",
        MoveKind.Broken => "broken",
        MoveKind.Paused => "paused",
        MoveKind.Stopping => "stopping",
        MoveKind.Cancelled => "cancelled",
        MoveKind.Redone => "redone",
        MoveKind.Resumed => "resumed",
        MoveKind.Queued => "queued",
        MoveKind.Taken => "taken",
        MoveKind.Begun => "begun",
        MoveKind.Left => "left",
        MoveKind.Dropped => "dropped",
        MoveKind.Faulted => "faulted",
        MoveKind.Mended => "mended",
        MoveKind.Parked => "parked",
        MoveKind.Woken => "woken",
        MoveKind.Assigned => "assigned",
        MoveKind.Noted => "noted",
        MoveKind.Visited => "visited",
        MoveKind.Withdrawn => "withdrawn",
        MoveKind.Acted => "acted",
        MoveKind.Scripted => "scripted",
        _ => throw new ArgumentOutOfRangeException(nameof(kind)),
    };

    private static MoveKind KindOf(string name) => name switch
    {
        "scheduled" => MoveKind.Scheduled,
        "skipped" => MoveKind.Skipped,
        "decided" => MoveKind.Decided,
        "opened" => MoveKind.Opened,
        "completed" => MoveKind.Completed,
        "broken" => MoveKind.Broken,
        "paused" => MoveKind.Paused,
        "stopping" => MoveKind.Stopping,
        "cancelled" => MoveKind.Cancelled,
        "redone" => MoveKind.Redone,
        "resumed" => MoveKind.Resumed,
        "queued" => MoveKind.Queued,
        "taken" => MoveKind.Taken,
        "begun" => MoveKind.Begun,
        "left" => MoveKind.Left,
        "dropped" => MoveKind.Dropped,
        "faulted" => MoveKind.Faulted,
        "mended" => MoveKind.Mended,
        "parked" => MoveKind.Parked,
        "woken" => MoveKind.Woken,
        "assigned" => MoveKind.Assigned,
        "noted" => MoveKind.Noted,
        "visited" => MoveKind.Visited,
        "withdrawn" => MoveKind.Withdrawn,
        "acted" => MoveKind.Acted,
        "scripted" => MoveKind.Scripted,
        _ => throw new FormatException($"move `{name}` is not known"),
    };
}

/// <summary>What may happen to a step as a consequence.</summary>
internal enum MoveKind
{
    /// <summary>Its turn has come. A container's body opens with it.</summary>
    Scheduled,

    /// <summary>Its branch was not taken.</summary>
    Skipped,

    /// <summary>A decision or fork: done at once, with an outcome.</summary>
    Decided,

    /// <summary>A further scope of a container opens: rescue, always, an item.</summary>
    Opened,

    /// <summary>A container, wait or approval is done.</summary>
    Completed,

    /// <summary>A container, wait or approval failed for good.</summary>
    Broken,

    /// <summary>It holds the run until a person acts.</summary>
    Paused,

    /// <summary>Its running attempt is asked to stop.</summary>
    Stopping,

    /// <summary>It ends without outcome.</summary>
    Cancelled,

    /// <summary>It runs again from the start, with a new idempotency key.</summary>
    Redone,

    /// <summary>A container that had ended goes on with the scopes it has.</summary>
    Resumed,

    // What follows belongs to workflows made in Studio (see Elsa/ElsaFold); the key is the number of an execution.

    /// <summary>An activity shall run: key = its owner's number, text = node id.</summary>
    Queued,

    /// <summary>The first of the queue gets its number.</summary>
    Taken,

    /// <summary>It starts, with these inputs.</summary>
    Begun,

    /// <summary>It completed: outcomes and outputs.</summary>
    Left,

    /// <summary>It was cancelled.</summary>
    Dropped,

    /// <summary>It failed; text `continue` = the run goes on, `handled` = a block or foreach around it takes care of it.</summary>
    Faulted,

    /// <summary>It has not failed after all: an operator had its step run again or passed over; text `pending` = it has not begun.</summary>
    Mended,

    /// <summary>It waits for a stimulus: text = id of the bookmark.</summary>
    Parked,

    /// <summary>The stimulus came.</summary>
    Woken,

    /// <summary>A variable of it: text = id.</summary>
    Assigned,

    /// <summary>Something its rule remembers: text = name; of the run as a whole when the key is empty.</summary>
    Noted,

    /// <summary>A child of a flowchart was run or passed over: text = its index, value = connections that were followed.</summary>
    Visited,

    /// <summary>What it has in the queue is taken out.</summary>
    Withdrawn,

    /// <summary>A step does its work: text = key of the step, value = input.</summary>
    Acted,

    /// <summary>A step runs a script for it: text = key of the step, value = script and the input it is for.</summary>
    Scripted,
}
