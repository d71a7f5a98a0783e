using System.Text.Json.Nodes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Activities.Containers;

[Activity(
    "container.run", Effect.Idempotent, "Make sure that a container runs as described.",
    HasUndo = true,
    Remarks = """
        A running container that was made from the same description and image is left alone. A label holds the description's fingerprint; a container
        without it belongs to someone else and is never touched (`container.foreign`). Whatever fails on the way leaves no half-made container.
        Failures: `container.imageNotFound`, `container.portTaken` (transient), `container.foreign`, `container.differs`, `container.exited` (with its last
        lines), `container.failed`, `docker.unreachable` (transient). The undo removes the container.
        """,
    Example = """
        - id: web
          target: node
          uses: container.run
          with:
            name: web
            image: "debian:12"
            hostname: web
            publish: ["127.0.0.1:8080:80"]
            mounts: { /srv/web: "/srv:ro" }
            env: { TOKEN: "${{ secrets.token }}" }
            command: [sleep, infinity]
        """)]
internal sealed class ContainerRun : Activity<ContainerRunInput, ContainerState>
{
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(100);

    protected override async Task<Check<ContainerState>> CheckAsync(ContainerRunInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        var found = await ContainerState.FindAsync(docker, input.Name, cancellationToken).ConfigureAwait(false);
        var spec = await FingerprintAsync(docker, input, cancellationToken).ConfigureAwait(false);
        if (!found.Exists) return Check<ContainerState>.Differs(new Change($"container {input.Name}", null, $"running {input.Image}"));
        if (found.Spec != spec) return Check<ContainerState>.Differs(new Change($"container {input.Name}", "made from another description or image", $"made anew from {input.Image}"));
        return found.Running ? Check<ContainerState>.Satisfied(found) : Check<ContainerState>.Differs(new Change($"container {input.Name}", found.Status, "running"));
    }

    protected override async Task<Outcome<ContainerState>> ApplyAsync(ContainerRunInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        var spec = await FingerprintAsync(docker, input, cancellationToken).ConfigureAwait(false) ?? throw ImageNotFound(docker, input.Image);
        var found = await ContainerState.FindAsync(docker, input.Name, cancellationToken).ConfigureAwait(false);
        if (found is { Exists: true, Spec: null })
            throw new FailureException("container.foreign", FailureKind.Permanent, $"container `{input.Name}` on {docker.Host.Address} was not made by a blueprint: it is left alone; choose another name or remove it");
        if (found.Exists && found.Spec != spec)
        {
            if (input.Recreate == RecreatePolicy.Never) throw new FailureException("container.differs", FailureKind.Permanent, $"container `{input.Name}` was made from another description or image, and `recreate` is never");
            context.Log($"removing {input.Name}: it differs from its description");
            await ContainerRemoval.RemoveAsync(docker, input.Name, volumes: false, cancellationToken).ConfigureAwait(false);
            found = new ContainerState();
        }

        try
        {
            if (!found.Exists) await CreateAsync(docker, input, spec, cancellationToken).ConfigureAwait(false);
            await StartAsync(docker, input, context.Time, cancellationToken).ConfigureAwait(false);
            return Outcome<ContainerState>.Changes(await ContainerState.FindAsync(docker, input.Name, cancellationToken).ConfigureAwait(false));
        }
        catch (Exception problem) when (problem is FailureException or OperationCanceledException)
        {
            // By our own label only: a name conflict is somebody else's container.
            var half = await ContainerState.FindAsync(docker, input.Name, CancellationToken.None).ConfigureAwait(false);
            if (half.Spec == spec && !found.Exists) await ContainerRemoval.RemoveAsync(docker, half.Id, volumes: true, CancellationToken.None).ConfigureAwait(false);
            throw;
        }
    }

    protected override async Task UndoAsync(ContainerRunInput input, ContainerState output, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        await ContainerRemoval.RemoveAsync(docker, output.Id, volumes: false, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>Null when the image is not there (yet).</summary>
    private static async Task<string?> FingerprintAsync(DockerClient docker, ContainerRunInput input, CancellationToken cancellationToken)
    {
        var image = await docker.GetAsync($"images/{Uri.EscapeDataString(input.Image)}/json", cancellationToken).ConfigureAwait(false);
        if (image.NotFound) return null;
        return ContainerSpec.Fingerprint(input, ContainerSpec.Body(input), image.OrFail("docker.failed", $"cannot look at image {input.Image}")["Id"]!.GetValue<string>());
    }

    private static async Task CreateAsync(DockerClient docker, ContainerRunInput input, string spec, CancellationToken cancellationToken)
    {
        var body = ContainerSpec.Body(input);
        body["Labels"] = ContainerSpec.Map(input.Labels.Append(KeyValuePair.Create(ContainerState.SpecLabel, spec)));
        var reply = await docker.PostAsync($"containers/create?name={Uri.EscapeDataString(input.Name)}", body, cancellationToken).ConfigureAwait(false);
        if (reply.NotFound) throw new FailureException("container.imageNotFound", FailureKind.Permanent, $"cannot make container {input.Name}: {reply.Message}");
        reply.OrFail("container.failed", $"cannot make container {input.Name}");
        foreach (var network in input.Networks.Skip(1))
        {
            var joined = await docker.PostAsync($"networks/{Uri.EscapeDataString(network)}/connect", new JsonObject { ["Container"] = input.Name }, cancellationToken).ConfigureAwait(false);
            joined.OrFail("container.failed", $"cannot join container {input.Name} to network {network}");
        }
    }

    private static async Task StartAsync(DockerClient docker, ContainerRunInput input, TimeProvider time, CancellationToken cancellationToken)
    {
        var reply = await docker.PostAsync($"containers/{Uri.EscapeDataString(input.Name)}/start", null, cancellationToken).ConfigureAwait(false);
        if (reply.Message.Contains("port is already allocated", StringComparison.Ordinal) || reply.Message.Contains("address already in use", StringComparison.Ordinal))
            throw new FailureException("container.portTaken", FailureKind.Transient, $"cannot start container {input.Name}: {reply.Message}");
        if (!reply.Ok) throw new FailureException("container.failed", FailureKind.Permanent, $"cannot start container {input.Name}: {reply.Message}");

        if (input.Restart != RestartPolicy.No) return;
        var started = time.GetTimestamp();
        var found = await ContainerState.FindAsync(docker, input.Name, cancellationToken).ConfigureAwait(false);
        while (found.Running && time.GetElapsedTime(started) < input.Settle)
        {
            await Task.Delay(Look, time, cancellationToken).ConfigureAwait(false);
            found = await ContainerState.FindAsync(docker, input.Name, cancellationToken).ConfigureAwait(false);
        }

        if (found.Running) return;
        var tail = await ContainerLogs.TailAsync(docker, found.Id, cancellationToken).ConfigureAwait(false);
        throw new FailureException(new Failure(
            "container.exited", FailureKind.Permanent,
            $"container {input.Name} ended with exit code {found.ExitCode} within {Durations.Format(input.Settle)}{(tail.Count > 0 ? $": {tail[^1]}" : "")}", LogTail: tail));
    }

    private static FailureException ImageNotFound(DockerClient docker, string image) =>
        new("container.imageNotFound", FailureKind.Permanent, $"No such image: {image} on {docker.Host.Address}; image.ensure, image.import or image.build provide one");
}
