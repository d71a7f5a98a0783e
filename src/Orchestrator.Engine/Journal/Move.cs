using System.Text.Json;
using Orchestrator.Engine.Folding;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Journal;

/// <summary>What an event leads to for one step: the small change that rides in the event's row.</summary>
/// <param name="Kind">What happens.</param>
/// <param name="Key">The step; for <see cref="MoveKind.Opened"/> the owner of the scope, empty for the run itself.</param>
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
}
