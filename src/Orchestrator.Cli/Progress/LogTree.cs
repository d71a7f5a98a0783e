using System.Text.Json;
using Orchestrator.Cli.Sessions;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Cli.Progress;

/// <summary>The log of a run and its child runs, read again and again and never twice the same line.</summary>
internal sealed class LogTree(Session session, string root)
{
    private const int Batch = 1000;

    private readonly Dictionary<string, long> _read = [];
    private readonly Dictionary<string, string> _prefixes = new() { [root] = "" };

    /// <summary>The new lines in order of time, each with the step's name: of a child run's step, below the step that called it.</summary>
    public async Task<IReadOnlyList<(StoredLogLine Line, string Name)>> ReadAsync()
    {
        var lines = new List<(StoredLogLine Line, string Name)>();
        await ReadAsync(root, lines).ConfigureAwait(false);
        return [.. lines.OrderBy(entry => entry.Line.At).ThenBy(entry => entry.Line.Number)];
    }

    private async Task ReadAsync(string run, List<(StoredLogLine Line, string Name)> lines)
    {
        while (await session.ReadLogAsync(run, _read.GetValueOrDefault(run), Batch).ConfigureAwait(false) is { Count: > 0 } batch)
        {
            lines.AddRange(batch.Select(line => (line, _prefixes[run] + line.Step)));
            _read[run] = batch[^1].Number;
        }

        var children = await session.ListRunsAsync(new RunQuery(Limit: Batch) { ParentRunId = run }).ConfigureAwait(false);
        if (children.Any(child => !_prefixes.ContainsKey(child.RunId))) await NameChildrenAsync(run).ConfigureAwait(false);
        foreach (var child in children)
        {
            _prefixes.TryAdd(child.RunId, $"{_prefixes[run]}{child.RunId}/");
            await ReadAsync(child.RunId, lines).ConfigureAwait(false);
        }
    }

    /// <summary>Which step called a child run stands in the journal of the parent only.</summary>
    private async Task NameChildrenAsync(string parent)
    {
        var last = 0L;
        while (await session.ReadEventsAsync(parent, last, Batch).ConfigureAwait(false) is { Count: > 0 } events)
        {
            foreach (var started in events.Where(stored => stored.Type == "ChildStarted"))
            {
                using var body = JsonDocument.Parse(started.Body);
                if (body.RootElement.TryGetProperty("child", out var id)) _prefixes.TryAdd(id.GetString()!, $"{_prefixes[parent]}{started.Step}/");
            }

            last = events[^1].Seq;
        }
    }
}
