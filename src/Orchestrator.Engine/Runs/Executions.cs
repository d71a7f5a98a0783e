using Orchestrator.Engine.Storage;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Runs;

/// <summary>Makes <see cref="Execution"/>s from journals; also for a process that does not own the store.</summary>
public static class Executions
{
    /// <summary>
    /// What the activities of a run did; null when there is no such run, or its journal cannot be read by this program. The id must be whole. Every <see cref="ActivityExecution.Id"/> begins with
    /// the run's id and a character that run ids do not have, so that <see cref="RunOf"/> finds the run. Folds the whole journal; who asks again and again keeps an <see cref="ExecutionBook"/>.
    /// </summary>
    public static Task<Execution?> ReadAsync(IStore store, string runId, CancellationToken cancellationToken) => new KeptFold(store, runId).ReadAsync(cancellationToken);

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
}
