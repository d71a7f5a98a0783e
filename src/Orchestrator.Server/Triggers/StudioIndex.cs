using Orchestrator.Engine.Storage;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Server.Triggers;

/// <summary>
/// Keeps the index equal to what is published: called after every change of a workflow and at the start, which finds what a crash between the two left undone. A published version whose triggers
/// are known is not read again.
/// </summary>
internal sealed class StudioIndex(IStore store, TriggerIndex index, LiveDefinitions definitions, Action<string> say) : IDisposable
{
    private readonly SemaphoreSlim _turn = new(1);
    private readonly Dictionary<string, string> _known = new(StringComparer.Ordinal);

    /// <summary>Makes the triggers of published workflows live, and those of others dead.</summary>
    public async Task SyncAsync(CancellationToken cancellationToken)
    {
        await _turn.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var published = (await store.ListWorkflowsAsync(new WorkflowQuery { Versions = WorkflowVersions.Published }, cancellationToken).ConfigureAwait(false)).Items
                .Where(workflow => workflow.Origin == WorkflowOrigin.Studio).ToDictionary(workflow => workflow.DefinitionId, workflow => workflow.Hash, StringComparer.Ordinal);
            foreach (var (owner, hash) in published.Where(workflow => _known.GetValueOrDefault(workflow.Key) != workflow.Value))
            {
                if (await TryReadAsync(owner, hash, cancellationToken).ConfigureAwait(false) is { } definition) await index.SubmitAsync(definition, cancellationToken).ConfigureAwait(false);
                _known[owner] = hash;
            }

            var live = (await store.ListTriggersAsync(cancellationToken).ConfigureAwait(false)).Where(trigger => trigger.Kind.StartsWith(StudioTriggers.Prefix, StringComparison.Ordinal)).Select(trigger => trigger.Owner);
            foreach (var owner in live.Concat(_known.Keys).Distinct().Where(owner => !published.ContainsKey(owner)).ToArray())
            {
                await index.RemoveAsync(owner, cancellationToken).ConfigureAwait(false);
                _known.Remove(owner);
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _turn.Dispose();

    // One that cannot be read must not keep the triggers of the others from being live.
    private async Task<Definition?> TryReadAsync(string owner, string hash, CancellationToken cancellationToken)
    {
        try
        {
            return await definitions.OfAsync(hash, cancellationToken).ConfigureAwait(false) is { Elsa: not null } definition ? definition : null;
        }
        catch (FormatException wrong)
        {
            say($"workflow {owner}: {wrong.Message}; its triggers start nothing");
            return null;
        }
    }
}
