using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Containers;

[Activity(
    "container.stop", Effect.Idempotent, "Make sure that a container does not run.",
    Remarks = "A container that does not exist does not run.",
    Example = """
        - id: halt
          target: node
          uses: container.stop
          with:
            name: web
            grace: 5s
        """)]
internal sealed class ContainerStop : Activity<ContainerStopInput, NoOutput>
{
    protected override async Task<Check<NoOutput>> CheckAsync(ContainerStopInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        var found = await ContainerState.FindAsync(docker, input.Name, cancellationToken).ConfigureAwait(false);
        return found.Running ? Check<NoOutput>.Differs(new Change($"container {input.Name}", "running", "stopped")) : Check<NoOutput>.Satisfied(NoOutput.Value);
    }

    protected override async Task<Outcome<NoOutput>> ApplyAsync(ContainerStopInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        var reply = await docker.PostAsync($"containers/{Uri.EscapeDataString(input.Name)}/stop?t={(int)input.Grace.TotalSeconds}", null, cancellationToken).ConfigureAwait(false);
        if (!reply.NotFound) reply.OrFail("container.failed", $"cannot stop container {input.Name}");
        return Outcome<NoOutput>.Changes(NoOutput.Value);
    }
}

/// <summary>Which container to stop.</summary>
public sealed record ContainerStopInput
{
    /// <summary>Name.</summary>
    [Field("Name or id of the container.", MinLength = 1)]
    public required string Name { get; init; }

    /// <summary>Grace.</summary>
    [Field("How long it may take to end by itself before it is killed.", Max = 3600)]
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(10);

    /// <summary>Socket.</summary>
    [Field("The Docker engine's socket on the target.", Format = "path")]
    public string Socket { get; init; } = DockerClient.DefaultSocket;
}
