using Orchestrator.Engine.Elsa;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Running;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Runs;

/// <summary>Makes what the activities of a workflow made in Studio did, from the whole journal of a run; also for a process that does not own the store.</summary>
public static class Executions
{
    private const int Page = 1000;
    private static readonly ActivityCatalog NoActivities = new([]);

    /// <summary>Reads a run; null when there is none, or when it runs a blueprint.</summary>
    public static async Task<Execution?> ReadAsync(IStore store, string runId, CancellationToken cancellationToken)
    {
        if (await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is not { } summary) return null;
        var json = await store.ReadDefinitionAsync(summary.Definition, cancellationToken).ConfigureAwait(false);
        if (json is null || DefinitionJson.Read(json) is not { Elsa: not null } definition) return null;
        var trace = new ElsaTrace(summary.RunId);
        var state = new RunState(summary.RunId, new RunGraph(definition with { Hash = summary.Definition }, NoActivities)) { Trace = trace };
        while (true)
        {
            var rows = await store.ReadEventsAsync(summary.RunId, state.Seq, Page, cancellationToken).ConfigureAwait(false);
            foreach (var row in rows)
            {
                Fold.Apply(state, EventCodec.Read(await JournalReader.InlineAsync(store, row).ConfigureAwait(false), null));
                state.Seq = row.Seq;
            }

            if (rows.Count < Page) break;
        }

        return state.Elsa is null ? null : Of(state, trace);
    }

    internal static Execution Of(RunState run, ElsaTrace trace)
    {
        var state = run.Elsa!;
        return new Execution(
            run.RunId, [.. trace.Executions], trace.Events,
            [.. state.Incidents.Select(incident => new Incident(trace.IdOf(incident.Activity), incident.Failure, incident.At))],
            [.. state.Bookmarks.Select(bookmark => new Bookmark(bookmark.Id, trace.IdOf(bookmark.Activity), bookmark.Name, bookmark.Match, bookmark.CreatedAt, bookmark.Due))],
            [.. state.Activities.Values.SelectMany(activity => activity.Variables.Values.Select(entry =>
                new VariableState(entry.Variable.Id, entry.Variable.Name, trace.IdOf(activity.Number), ElsaTrace.Masked(entry.Value))))],
            (MapValue)ElsaTrace.Masked(run.Inputs), (MapValue)ElsaTrace.Masked(run.Outputs ?? Value.EmptyMap), state.CorrelationId, state.Name);
    }
}
