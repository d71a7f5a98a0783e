using System.Security.Cryptography;
using Orchestrator.Activities.Containers;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Images;

[Activity(
    "image.import", Effect.Idempotent, "Make an image from a tar of a root file system.",
    Remarks = """
        The image carries the tar's digest as a label, so importing the same file again changes nothing. A tar on another machine than this one is imported
        there by its own `docker` program. Failures: `file.notFound`, `image.importFailed`.
        """,
    Example = """
        - id: rootfs
          target: node
          uses: image.import
          with:
            tar: /srv/rootfs.tar
            image: "rootfs:1"
        """)]
internal sealed class ImageImport : Activity<ImageImportInput, ImageState>
{
    protected override async Task<Check<ImageState>> CheckAsync(ImageImportInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        var found = await ImageState.FindAsync(docker, input.Image, cancellationToken).ConfigureAwait(false);
        if (found is null) return Check<ImageState>.Differs(new Change($"image {input.Image}", null, $"imported from {input.Tar}"));
        return found.Source == await DigestAsync(input, context.Target, cancellationToken).ConfigureAwait(false)
            ? Check<ImageState>.Satisfied(found)
            : Check<ImageState>.Differs(new Change($"image {input.Image}", "made from something else", $"imported from {input.Tar}"));
    }

    protected override async Task<Outcome<ImageState>> ApplyAsync(ImageImportInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        using var docker = new DockerClient(context.Target, input.Socket);
        var change = $"LABEL {ImageState.SourceLabel}={await DigestAsync(input, context.Target, cancellationToken).ConfigureAwait(false)}";
        if (IsHere(input, context.Target))
        {
            var (name, tag) = ImageState.Split(input.Image);
            using var body = new StreamContent(LocalSource.Open(input.Tar));
            var path = $"images/create?fromSrc=-&repo={Uri.EscapeDataString(name)}&tag={Uri.EscapeDataString(tag)}&changes={Uri.EscapeDataString(change)}";
            (await docker.StreamAsync(path, body, context.Log, cancellationToken).ConfigureAwait(false)).OrFail("image.importFailed", $"cannot import {input.Tar}");
        }
        else
        {
            var command = new Command("docker", "-H", $"unix://{input.Socket}", "import", "--change", change, input.Tar, input.Image) { OnLine = context.Log };
            (await context.Target.RunAsync(command, cancellationToken).ConfigureAwait(false)).OrFail("image.importFailed", $"cannot import {input.Tar}");
        }

        return Outcome<ImageState>.Changes((await ImageState.FindAsync(docker, input.Image, cancellationToken).ConfigureAwait(false))!);
    }

    private static bool IsHere(ImageImportInput input, Target target) => input.From == FileHome.Here || target.Kind == "local";

    private static async Task<string> DigestAsync(ImageImportInput input, Target target, CancellationToken cancellationToken)
    {
        if (IsHere(input, target))
        {
            var file = LocalSource.Open(input.Tar);
            await using (file.ConfigureAwait(false))
                return $"sha256:{Convert.ToHexStringLower(await SHA256.HashDataAsync(file, cancellationToken).ConfigureAwait(false))}";
        }

        var result = await target.RunAsync(new Command("sha256sum", "--", input.Tar), cancellationToken).ConfigureAwait(false);
        if (!result.Ok) throw new FailureException("file.notFound", FailureKind.Permanent, $"cannot read {input.Tar} on {target.Address}: {result.Error.Trim()}");
        return $"sha256:{result.Output.TrimStart('\\').Split(' ')[0]}";
    }
}

/// <summary>What to import.</summary>
public sealed record ImageImportInput
{
    /// <summary>Tar.</summary>
    [Field("Path of the tar; Docker also takes it compressed with gzip, bzip2 or xz.", Format = "path")]
    public required string Tar { get; init; }

    /// <summary>Home of the file.</summary>
    [Field("Where the tar is: on the `target`, or `here`, on the machine that runs the engine, from where it is sent.")]
    public FileHome From { get; init; } = FileHome.Target;

    /// <summary>Image.</summary>
    [Field("Name with tag for the image, for example `rootfs:1`.", MinLength = 1)]
    public required string Image { get; init; }

    /// <summary>Socket.</summary>
    [Field("The Docker engine's socket on the target.", Format = "path")]
    public string Socket { get; init; } = DockerClient.DefaultSocket;
}

/// <summary>Where a file is.</summary>
public enum FileHome
{
    /// <summary>On the target.</summary>
    Target,

    /// <summary>On the machine that runs the workflow engine.</summary>
    Here,
}
