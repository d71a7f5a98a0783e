using Orchestrator.Activities.Containers;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Images;

[Activity(
    "image.ensure", Effect.Idempotent, "Make sure that the Docker engine has an image.",
    Remarks = "Failures: `image.notFound` when it is missing and `pull` is false, or when the registry does not have it; `image.pullFailed` (transient) otherwise.",
    Example = """
        - id: base
          target: node
          uses: image.ensure
          with:
            image: "debian:12"
            pull: true
        """)]
internal sealed class ImageEnsure : Activity<ImageEnsureInput, ImageState>
{
    protected override async Task<Check<ImageState>> CheckAsync(ImageEnsureInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        return await ImageState.FindAsync(docker, input.Image, cancellationToken).ConfigureAwait(false) is { } found
            ? Check<ImageState>.Satisfied(found)
            : Check<ImageState>.Differs(new Change($"image {input.Image}", null, input.Pull ? "pulled" : "present"));
    }

    protected override async Task<Outcome<ImageState>> ApplyAsync(ImageEnsureInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        if (!input.Pull) throw new FailureException("image.notFound", FailureKind.Permanent, $"No such image: {input.Image} on {docker.Host.Address}, and `pull` is false");
        var (name, tag) = ImageState.Split(input.Image);
        using var nothing = new ByteArrayContent([]);
        var reply = await docker.StreamAsync($"images/create?fromImage={Uri.EscapeDataString(name)}&tag={Uri.EscapeDataString(tag)}", nothing, context.Log, cancellationToken).ConfigureAwait(false);
        if (reply.NotFound) throw new FailureException("image.notFound", FailureKind.Permanent, $"cannot pull {input.Image}: {reply.Message}");
        if (!reply.Ok) throw new FailureException("image.pullFailed", FailureKind.Transient, $"cannot pull {input.Image}: {reply.Message}");
        return Outcome<ImageState>.Changes((await ImageState.FindAsync(docker, input.Image, cancellationToken).ConfigureAwait(false))!);
    }
}

/// <summary>Which image.</summary>
public sealed record ImageEnsureInput
{
    /// <summary>Image.</summary>
    [Field("Name with tag, for example `debian:12`.", MinLength = 1)]
    public required string Image { get; init; }

    /// <summary>Pull.</summary>
    [Field("True = fetch it from its registry when it is missing.")]
    public bool Pull { get; init; }

    /// <summary>Socket.</summary>
    [Field("The Docker engine's socket on the target.", Format = "path")]
    public string Socket { get; init; } = DockerClient.DefaultSocket;
}
