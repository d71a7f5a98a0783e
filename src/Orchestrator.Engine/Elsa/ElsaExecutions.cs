using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Running;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Elsa;

/// <summary>Makes what the activities of a workflow made in Studio did. Snapshots hold where a run stands and not how it got there, so the whole journal is read.</summary>
internal static class ElsaExecutions
{
    private const int Page = 1000;

    public static async Task<Execution?> ReadAsync(IStore store, string runId, Func<string, Task<RunGraph>> graphOf, CancellationToken cancellationToken)
    {
        var trace = new ElsaTrace(runId);
        RunState? state = null;
        while (true)
        {
            var rows = await store.ReadEventsAsync(runId, state?.Seq ?? 0, Page, cancellationToken).ConfigureAwait(false);
            foreach (var row in rows) state = await JournalReader.FoldAsync(store, state, row, graphOf, null, trace).ConfigureAwait(false);
            if (rows.Count < Page) break;
        }

        return state?.Elsa is null ? null : Of(state, trace);
    }

    private static Execution Of(RunState run, ElsaTrace trace)
    {
        var state = run.Elsa!;
        return new Execution(
            run.RunId, [.. trace.Executions], trace.Events,
            [.. state.Incidents.Select(incident => new Incident(trace.IdOf(incident.Activity), incident.Failure, incident.At)), .. trace.IncidentsOf(run)],
            [.. state.Bookmarks.Select(bookmark => new Bookmark(bookmark.Id, trace.IdOf(bookmark.Activity), bookmark.Name, bookmark.Match, bookmark.CreatedAt, bookmark.Due))],
            [.. state.Activities.Values.SelectMany(activity => activity.Variables.Values.Select(entry =>
                new VariableState(entry.Variable.Id, entry.Variable.Name, trace.IdOf(activity.Number), Executions.Masked(entry.Value))))],
            Executions.Masked(run.Inputs), Executions.Masked(run.Outputs ?? Value.EmptyMap), state.CorrelationId, state.Name);
    }
}
