using Orchestrator.Cli.Sessions;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Cli.Progress;

/// <summary>Reads a run and its child runs again and again, and no more than changed. Works the same beside the engine and in another process.</summary>
/// <param name="withLogs">Whether log tails are wanted.</param>
/// <param name="folder">Where the blueprint files lie that the definitions were compiled from; empty when that is not known.</param>
internal sealed class RunReader(bool withLogs, string folder = "")
{
    private const int Batch = 1000;
    private const int TailLines = 3;

    private readonly Dictionary<string, long> _lastSeq = [];
    private readonly Dictionary<string, long> _lastLog = [];
    private readonly Dictionary<string, RunView> _views = [];
    private readonly Dictionary<(string RunId, string Step), IReadOnlyList<string>> _tails = [];
    private readonly Dictionary<string, string> _files = [];
    private RunSnapshot? _last;

    /// <summary>The run as it is now; the same object as before when nothing happened. Null when there is no such run.</summary>
    public async Task<RunSnapshot?> ReadAsync(Session session, string runId)
    {
        var news = new List<StoredEvent>();
        var changed = await ReadTreeAsync(session, runId, news).ConfigureAwait(false);
        if (!_views.TryGetValue(runId, out var root)) return null;
        if (_last is not null && !changed) return _last;
        var children = _views.Where(entry => entry.Key != runId).ToDictionary();
        return _last = new RunSnapshot(root, children, _tails.ToDictionary(), [.. news.OrderBy(stored => stored.At)]) { Files = _files.ToDictionary() };
    }

    private async Task<bool> ReadTreeAsync(Session session, string runId, List<StoredEvent> news)
    {
        var changed = await ReadRunAsync(session, runId, news).ConfigureAwait(false);
        if (withLogs) changed |= await ReadLogAsync(session, runId).ConfigureAwait(false);
        if (!_views.TryGetValue(runId, out var view)) return changed;
        foreach (var child in ChildrenOf(view.Steps)) changed |= await ReadTreeAsync(session, child, news).ConfigureAwait(false);
        return changed;
    }

    private async Task<bool> ReadRunAsync(Session session, string runId, List<StoredEvent> news)
    {
        // An ended run may be opened again by `retry`, so it is looked at too; that costs one empty query.
        var seen = _lastSeq.GetValueOrDefault(runId);
        var last = seen;
        while (await session.ReadEventsAsync(runId, last, Batch).ConfigureAwait(false) is { Count: > 0 } events)
        {
            news.AddRange(events);
            last = events[^1].Seq;
        }

        if (last == seen) return false;
        _lastSeq[runId] = last;
        if (await session.ReadRunAsync(runId).ConfigureAwait(false) is { } view)
        {
            _views[runId] = view;
            if (view.Status is RunStatus.Failed or RunStatus.Paused && !_files.ContainsKey(runId)) await ReadFileAsync(session, view).ConfigureAwait(false);
        }

        return true;
    }

    /// <summary>The name of the file is in the definition; the folder is not, because it exists on one machine only.</summary>
    private async Task ReadFileAsync(Session session, RunView view)
    {
        if (await session.ReadDefinitionAsync(view.Definition).ConfigureAwait(false) is not { } json || DefinitionJson.Read(json).Source is not { File.Length: > 0 } source) return;
        var path = Path.Combine(folder, source.File);
        _files[view.RunId] = File.Exists(path) ? path : source.File;
    }

    private async Task<bool> ReadLogAsync(Session session, string runId)
    {
        var lines = await session.ReadLogAsync(runId, _lastLog.GetValueOrDefault(runId), Batch).ConfigureAwait(false);
        foreach (var group in lines.GroupBy(line => line.Step))
            _tails[(runId, group.Key)] = [.. _tails.GetValueOrDefault((runId, group.Key), []).Concat(group.Select(line => line.Line)).TakeLast(TailLines)];
        if (lines.Count > 0) _lastLog[runId] = lines[^1].Number;
        return lines.Count > 0;
    }

    private static IEnumerable<string> ChildrenOf(IReadOnlyList<StepView> steps) =>
        steps.SelectMany(step => ChildrenOf(step.Children).Concat(step.ChildRunId is { } child ? [child] : []));
}
