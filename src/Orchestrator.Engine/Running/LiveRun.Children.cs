using Orchestrator.Engine.Deciding;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Running;

/// <summary>The child runs that attempts ask for: prepared off the run's thread, begun in the commit that journals them.</summary>
internal sealed partial class LiveRun
{
    private readonly Dictionary<string, PreparedStart> _children = new(StringComparer.Ordinal);

    /// <summary>Adds the child run that a result asks for; when it cannot start, the fact is a failure.</summary>
    public async Task<ReturnedFact> WithChildAsync(ReturnedFact fact, bool detached, string? correlationId = null)
    {
        var definition = fact.Result!.Definition!;
        try
        {
            var prepared = await Core.Starting.PrepareAsync(definition, fact.Result.Inputs!, fact.Now, studio: correlationId is null ? null : new StudioStart(correlationId)).ConfigureAwait(false);
            lock (_children) _children[prepared.RunId] = prepared with { ParentRunId = detached ? null : RunId, ParentStep = detached ? null : fact.Step };
            return fact with { Child = new ChildPlan(prepared.RunId, $"{definition.Name}@{definition.Version}", detached) };
        }
        catch (InputRejectedException rejected)
        {
            return fact with { Result = null, Failure = new Failure("call.inputRejected", FailureKind.Permanent, $"`{definition.Name}` refuses its inputs: {rejected.Message}") };
        }
    }

    /// <summary>The child run that was prepared under an id.</summary>
    public PreparedStart TakeChild(string runId)
    {
        lock (_children)
        {
            _children.Remove(runId, out var prepared);
            return prepared!;
        }
    }
}
