using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Running;

/// <summary>The targets a run has open: each is opened once and closed when the run leaves memory. Safe for concurrent use.</summary>
internal sealed class RunTargets(EngineCore core)
{
    private readonly Lock _lock = new();
    private readonly Dictionary<string, (MapValue Settings, Task<Target> Target)> _open = new(StringComparer.Ordinal);

    public ValueTask<Target> OpenAsync(TargetSettings? wanted, CancellationToken cancellationToken)
    {
        if (wanted is null) return core.LocalTargetAsync(cancellationToken);
        lock (_lock)
        {
            // A failed one is tried anew; one whose settings have changed (a new key, say) is another.
            if (_open.TryGetValue(wanted.Name, out var known) && !known.Target.IsFaulted && !known.Target.IsCanceled && known.Settings.Equals(wanted.Settings)) return new(known.Target);
            var opening = core.Options.OpenTarget(wanted.Name, wanted.Kind, wanted.Settings, cancellationToken);
            if (known.Target is { } old) _ = CloseAsync(old);
            _open[wanted.Name] = (wanted.Settings, opening);
            return new(opening);
        }
    }

    public void Close()
    {
        lock (_lock)
        {
            foreach (var (_, target) in _open.Values) _ = CloseAsync(target);
            _open.Clear();
        }
    }

    private static async Task CloseAsync(Task<Target> opening)
    {
        try
        {
            await (await opening.ConfigureAwait(false)).DisposeAsync().ConfigureAwait(false);
        }
        catch (Exception)
        {
            // One that could not be opened, or not be closed in good order, is gone all the same.
        }
    }
}
