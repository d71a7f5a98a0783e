using System.Collections.Concurrent;

namespace Orchestrator.Engine.Running;

/// <summary>Those in this process who are interested in a run. Safe for concurrent use.</summary>
internal sealed class ByRun<T>
    where T : class
{
    private readonly ConcurrentDictionary<string, T[]> _known = new(StringComparer.Ordinal);

    public IReadOnlyList<T> Of(string runId) => !_known.IsEmpty && _known.TryGetValue(runId, out var known) ? known : [];

    public void Add(string runId, T one) => _known.AddOrUpdate(runId, _ => [one], (_, known) => [.. known, one]);

    public void Remove(string runId, T one)
    {
        while (_known.TryGetValue(runId, out var known))
        {
            T[] rest = [.. known.Where(other => other != one)];
            if (rest.Length == 0 ? _known.TryRemove(KeyValuePair.Create(runId, known)) : _known.TryUpdate(runId, rest, known)) return;
        }
    }
}
