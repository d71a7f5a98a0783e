using Orchestrator.Engine.Elsa;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Running;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Runs;

/// <summary>Makes <see cref="Execution"/>s from journals; also for a process that does not own the store.</summary>
public static class Executions
{
    private static readonly ActivityCatalog NoActivities = new([]);

    /// <summary>
    /// What the activities of a run did; null when there is no such run, or its journal cannot be read by this program. The id must be whole. Every <see cref="ActivityExecution.Id"/> begins with
    /// the run's id and a character that run ids do not have, so that <see cref="RunOf"/> finds the run.
    /// </summary>
    public static async Task<Execution?> ReadAsync(IStore store, string runId, CancellationToken cancellationToken)
    {
        if (await store.FindRunAsync(runId, cancellationToken).ConfigureAwait(false) is not { } run) return null;
        try
        {
            var graph = await GraphAsync(store, run.Definition, cancellationToken).ConfigureAwait(false);
            if (graph.Definition.Elsa is not null) return await ElsaExecutions.ReadAsync(store, run.RunId, hash => GraphAsync(store, hash, cancellationToken), cancellationToken).ConfigureAwait(false);
            var state = await JournalReader.LoadAsync(store, run.RunId, _ => Task.FromResult(graph), null).ConfigureAwait(false);
            return state is null ? null : BlueprintExecutions.Of(state);
        }
        catch (Exception exception) when (exception is Journal.UnknownEventException or FormatException)
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

    /// <summary>The value with every secret in it replaced by stars.</summary>
    internal static Value Masked(Value value) => value switch
    {
        SecretValue => Value.Of("********"),
        UnknownValue => Value.Null,
        ListValue list => Value.List(list.Items.Select(Masked)),
        MapValue map => Masked(map),
        _ => value,
    };

    /// <summary>The same for a map.</summary>
    internal static MapValue Masked(MapValue map) => Value.Map(map.Entries.Select(entry => (entry.Key, Masked(entry.Value))));

    private static async Task<RunGraph> GraphAsync(IStore store, string hash, CancellationToken cancellationToken)
    {
        var json = await store.ReadDefinitionAsync(hash, cancellationToken).ConfigureAwait(false) ?? throw new FormatException($"definition {hash} is missing");
        return new RunGraph(DefinitionJson.Read(json) with { Hash = hash }, NoActivities);
    }
}
