using Orchestrator.Model.Values;

namespace Orchestrator.Engine;

/// <summary>Something that happened outside and that runs may wait for: an event, a request, a task that is done.</summary>
/// <param name="Name">Its kind: the type of the activities that wait for it, for example <c>Elsa.Event</c>.</param>
/// <param name="Match">What those who wait say too, for example the event's name.</param>
/// <param name="Payload">What it carries.</param>
/// <param name="CorrelationId">Only for runs of this correlation id; null = for all.</param>
/// <param name="RunId">Only for this run; null = for all.</param>
/// <param name="BookmarkId">Only for this bookmark of the run; null = for all that match.</param>
public sealed record Stimulus(string Name, string Match, Value Payload, string? CorrelationId = null, string? RunId = null, string? BookmarkId = null)
{
    internal static Stimulus Read(MapValue input) => new(
        input.Get("name")?.AsString() ?? "", input.Get("match")?.AsString() ?? "", input.Get("payload") ?? Value.Null, input.Get("correlationId")?.AsString() is { Length: > 0 } id ? id : null,
        input.Get("runId")?.AsString());
}

/// <summary>What came of a stimulus.</summary>
/// <param name="Resumed">How many waiting runs it was put into the inbox of.</param>
/// <param name="Started">How many runs it started, now or when its key came before.</param>
public sealed record StimulusResult(int Resumed, int Started);
