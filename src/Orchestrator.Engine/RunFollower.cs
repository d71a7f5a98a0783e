using System.Threading.Channels;
using Orchestrator.Engine.Running;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Engine;

/// <summary>Hears the news of one run in order, from the moment it was made.</summary>
public sealed class RunFollower : IDisposable
{
    private readonly Channel<RunNews> _news = Channel.CreateUnbounded<RunNews>(new UnboundedChannelOptions { SingleReader = true });
    private readonly ByRun<RunFollower> _all;

    private readonly string _runId;

    internal RunFollower(string runId, ByRun<RunFollower> all)
    {
        (_runId, _all) = (runId, all);
        all.Add(runId, this);
    }

    /// <summary>The next news; waits for it.</summary>
    public ValueTask<RunNews> NextAsync(CancellationToken cancellationToken) => _news.Reader.ReadAsync(cancellationToken);

    /// <summary>Hears no more.</summary>
    public void Dispose() => _all.Remove(_runId, this);

    internal void Hear(RunNews news) => _news.Writer.TryWrite(news);
}
