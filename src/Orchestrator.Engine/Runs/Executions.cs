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

/// <summary>Makes <see cref="Execution"/>s from journals: of workflows made in Studio and of blueprints; also for a process that does not own the store.</summary>
public static class Executions
{
    private const int Page = 1000;
    private static readonly ActivityCatalog NoActivities = new([]);

    /// <summary>
    /// What the activities of a run did; null when there is no such run, or this program cannot read its journal. Every <see cref="ActivityExecution.Id"/> begins with the run's id and a character
    /// that run ids do not have, so that <see cref="RunOf"/> finds the run.
    /// </summary>
    public static async Task<Execution?> ReadAsync(IStore store, string runId, CancellationToken cancellationToken)
    {
        if (await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is not { } summary) return null;
        try
        {
            var json = await store.ReadDefinitionAsync(summary.Definition, cancellationToken).ConfigureAwait(false);
            if (json is null) return null;
            var definition = DefinitionJson.Read(json) with { Hash = summary.Definition };
            if (definition.Elsa is not null) return await OfStudioAsync(store, summary.RunId, definition).ConfigureAwait(false);
            var state = await JournalReader.LoadAsync(store, summary.RunId, _ => Task.FromResult(new RunGraph(definition, NoActivities)), null).ConfigureAwait(false);
            return state is null ? null : BlueprintExecutions.Of(state);
        }
        catch (Exception exception) when (exception is UnknownEventException or FormatException)
        {
            return null;
        }
    }

    /// <summary>The run that an execution belongs to.</summary>
    public static string RunOf(string executionId)
    {
        var end = 0;
        while (end < executionId.Length && char.IsAsciiLetterOrDigit(executionId[end])) end++;
        return executionId[..end];
    }

    private static async Task<Execution?> OfStudioAsync(IStore store, string runId, Definition definition)
    {
        var trace = new ElsaTrace(runId);
        var state = new RunState(runId, new RunGraph(definition, NoActivities)) { Trace = trace };
        while (true)
        {
            var rows = await store.ReadEventsAsync(runId, state.Seq, Page, CancellationToken.None).ConfigureAwait(false);
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
