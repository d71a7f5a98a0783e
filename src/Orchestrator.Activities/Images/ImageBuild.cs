using System.Text.Json;
using Orchestrator.Activities.Containers;
using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Images;

[Activity(
    "image.build", Effect.Idempotent, "Build an image from a folder with a Dockerfile.",
    Remarks = """
        The folder is on the machine that runs the engine and is sent to the target's Docker (classic builder). The image carries the digest of folder and
        arguments as a label, so an unchanged folder builds nothing. Build arguments stay readable in the image: no secrets. Failures: `image.buildFailed` with Docker's message.
        """,
    Example = """
        - id: app
          target: node
          uses: image.build
          with:
            context: /srv/app
            image: "app:1"
            args: {VERSION: "${{ inputs.name }}"}
        """)]
internal sealed class ImageBuild : Activity<ImageBuildInput, ImageState>
{
    protected override async Task<Check<ImageState>> CheckAsync(ImageBuildInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        var (tar, digest) = await BuildContext.PackAsync(input.Context, cancellationToken).ConfigureAwait(false);
        await tar.DisposeAsync().ConfigureAwait(false);
        var found = await ImageState.FindAsync(docker, input.Image, cancellationToken).ConfigureAwait(false);
        if (found?.Source == Source(input, digest)) return Check<ImageState>.Satisfied(found);
        return Check<ImageState>.Differs(new Change($"image {input.Image}", found is null ? null : "made from something else", $"built from {input.Context}"));
    }

    protected override async Task<Outcome<ImageState>> ApplyAsync(ImageBuildInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        var (tar, digest) = await BuildContext.PackAsync(input.Context, cancellationToken).ConfigureAwait(false);
        using var body = new StreamContent(tar);
        body.Headers.ContentType = new("application/x-tar");
        var labels = new Dictionary<string, string> { [ImageState.SourceLabel] = Source(input, digest) };
        var path = $"build?t={Uri.EscapeDataString(input.Image)}&dockerfile={Uri.EscapeDataString(input.Dockerfile)}&rm=1&forcerm=1"
            + $"&buildargs={Uri.EscapeDataString(JsonSerializer.Serialize(input.Args))}&labels={Uri.EscapeDataString(JsonSerializer.Serialize(labels))}";
        (await docker.StreamAsync(path, body, context.Log, cancellationToken).ConfigureAwait(false)).OrFail("image.buildFailed", $"cannot build {input.Image} from {input.Context}");
        return Outcome<ImageState>.Changes((await ImageState.FindAsync(docker, input.Image, cancellationToken).ConfigureAwait(false))!);
    }

    private static string Source(ImageBuildInput input, string digest) =>
        $"{digest} {input.Dockerfile} {string.Join(' ', input.Args.OrderBy(entry => entry.Key, StringComparer.Ordinal).Select(entry => $"{entry.Key}={entry.Value}"))}".TrimEnd();
}

/// <summary>What to build.</summary>
public sealed record ImageBuildInput
{
    /// <summary>Context.</summary>
    [Field("Folder with the Dockerfile, on the machine that runs the engine.", Format = "path")]
    public required string Context { get; init; }

    /// <summary>Dockerfile.</summary>
    [Field("Path of the Dockerfile inside the folder.")]
    public string Dockerfile { get; init; } = "Dockerfile";

    /// <summary>Image.</summary>
    [Field("Name with tag for the image, for example `app:1`.", MinLength = 1)]
    public required string Image { get; init; }

    /// <summary>Arguments.</summary>
    [Field("Build arguments (ARG).")]
    public IReadOnlyDictionary<string, string> Args { get; init; } = new Dictionary<string, string>();

    /// <summary>Socket.</summary>
    [Field("The Docker engine's socket on the target.", Format = "path")]
    public string Socket { get; init; } = DockerClient.DefaultSocket;
}
