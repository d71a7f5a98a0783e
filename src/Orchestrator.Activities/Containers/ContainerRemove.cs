using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Containers;

[Activity(
    "container.remove", Effect.Idempotent, "Make sure that a container does not exist, running or not.",
    Example = """
        - id: gone
          target: node
          uses: container.remove
          with:
            name: web
            volumes: true
        """)]
internal sealed class ContainerRemove : Activity<ContainerRemoveInput, NoOutput>
{
    protected override async Task<Check<NoOutput>> CheckAsync(ContainerRemoveInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        var found = await ContainerState.FindAsync(docker, input.Name, cancellationToken).ConfigureAwait(false);
        return found.Exists ? Check<NoOutput>.Differs(new Change($"container {input.Name}", found.Status, null)) : Check<NoOutput>.Satisfied(NoOutput.Value);
    }

    protected override async Task<Outcome<NoOutput>> ApplyAsync(ContainerRemoveInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        await ContainerRemoval.RemoveAsync(docker, input.Name, input.Volumes, cancellationToken).ConfigureAwait(false);
        return Outcome<NoOutput>.Changes(NoOutput.Value);
    }
}

/// <summary>Which container to remove.</summary>
public sealed record ContainerRemoveInput
{
    /// <summary>Name.</summary>
    [Field("Name or id of the container.", MinLength = 1)]
    public required string Name { get; init; }

    /// <summary>Volumes.</summary>
    [Field("True = its anonymous volumes go too. Named volumes always stay.")]
    public bool Volumes { get; init; }

    /// <summary>Socket.</summary>
    [Field("The Docker engine's socket on the target.", Format = "path")]
    public string Socket { get; init; } = DockerClient.DefaultSocket;
}
