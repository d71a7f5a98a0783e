using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>Makes what the activities of a workflow made in Studio did.</summary>
internal static class ElsaExecutions
{
    /// <summary>What the trace of a journal and the state at its end come to. It does not change when the two go on.</summary>
    public static Execution Of(RunState run, ElsaTrace trace)
    {
        var state = run.Elsa!;
        return new Execution(
            run.RunId, [.. trace.Executions], [.. trace.Events],
            [.. state.Incidents.Select(incident => new Incident(trace.IdOf(incident.Activity), incident.Failure, incident.At)), .. trace.IncidentsOf(run)],
            [.. state.Bookmarks.Select(bookmark => new Bookmark(bookmark.Id, trace.IdOf(bookmark.Activity), bookmark.Name, bookmark.Match, bookmark.CreatedAt, bookmark.Due))],
            [.. state.Activities.Values.SelectMany(activity => activity.Variables.Values.Select(entry =>
                new VariableState(entry.Variable.Id, entry.Variable.Name, trace.IdOf(activity.Number), Executions.Masked(entry.Value))))],
            Executions.Masked(run.Inputs), Executions.Masked(run.Outputs ?? Value.EmptyMap), state.CorrelationId, state.Name);
    }
}
