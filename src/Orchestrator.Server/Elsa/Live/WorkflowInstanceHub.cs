using Microsoft.AspNetCore.SignalR;

namespace Orchestrator.Server.Elsa.Live;

/// <summary>The hub Studio's viewer listens to. A connection says which run it shows; news of that run then go to it.</summary>
internal sealed class WorkflowInstanceHub(LiveRuns runs) : Hub
{
    /// <summary>Begins to tell this connection about a run. The name is the one Studio calls.</summary>
    public async Task ObserveInstanceAsync(string instanceId)
    {
        await Groups.AddToGroupAsync(Context.ConnectionId, instanceId, Context.ConnectionAborted).ConfigureAwait(false);
        runs.Observe(instanceId, Context.ConnectionId);
    }

    /// <inheritdoc/>
    public override Task OnDisconnectedAsync(Exception? exception)
    {
        runs.Leave(Context.ConnectionId);
        return base.OnDisconnectedAsync(exception);
    }
}
