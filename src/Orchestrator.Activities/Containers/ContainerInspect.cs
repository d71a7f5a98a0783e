using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Containers;

[Activity(
    "container.inspect", Effect.Read, "Read how a container stands.",
    Remarks = "A container that does not exist is an answer, not a failure: `exists` is false.",
    Example = """
        - id: look
          target: node
          uses: container.inspect
          with:
            name: web
        """)]
internal sealed class ContainerInspect : Activity<ContainerName, ContainerState>
{
    protected override async Task<Outcome<ContainerState>> ApplyAsync(ContainerName input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        return Outcome<ContainerState>.Same(await ContainerState.FindAsync(docker, input.Name, cancellationToken).ConfigureAwait(false));
    }
}

/// <summary>Which container.</summary>
public sealed record ContainerName
{
    /// <summary>Name.</summary>
    [Field("Name or id of the container.", MinLength = 1)]
    public required string Name { get; init; }

    /// <summary>Socket.</summary>
    [Field("The Docker engine's socket on the target.", Format = "path")]
    public string Socket { get; init; } = DockerClient.DefaultSocket;
}
