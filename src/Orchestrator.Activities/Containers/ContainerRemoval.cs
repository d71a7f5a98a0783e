namespace Orchestrator.Activities.Containers;

/// <summary>Removing and stopping; what is gone already is no error.</summary>
internal static class ContainerRemoval
{
    public static async Task RemoveAsync(DockerClient docker, string name, bool volumes, CancellationToken cancellationToken)
    {
        var reply = await docker.DeleteAsync($"containers/{Uri.EscapeDataString(name)}?force=1{(volumes ? "&v=1" : "")}", cancellationToken).ConfigureAwait(false);
        if (!reply.NotFound) reply.OrFail("container.failed", $"cannot remove container {name}");
    }
}
