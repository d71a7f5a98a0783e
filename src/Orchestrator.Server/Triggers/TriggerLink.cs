using Orchestrator.Engine;

namespace Orchestrator.Server.Triggers;

/// <summary>
/// What an engine asks when an event is published, before the server that answers exists: the engine is opened first, and a step that it took up again may publish at once. The question waits
/// until the server is there.
/// </summary>
public sealed class TriggerLink
{
    private readonly TaskCompletionSource<Func<Stimulus, string, CancellationToken, Task<int>>> _answer = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <summary>For <see cref="EngineOptions.Trigger"/>.</summary>
    public async Task<int> RunAsync(Stimulus stimulus, string key, CancellationToken cancellationToken)
    {
        var answer = await _answer.Task.WaitAsync(cancellationToken).ConfigureAwait(false);
        return await answer(stimulus, key, cancellationToken).ConfigureAwait(false);
    }

    internal void Connect(Func<Stimulus, string, CancellationToken, Task<int>> answer) => _answer.TrySetResult(answer);
}
