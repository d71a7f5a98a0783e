#pragma warning disable CA1507 // The quoted names are the engine's; that ours are alike is chance.
using Orchestrator.Activities.Containers;
using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Images;

/// <summary>An image on an engine.</summary>
public sealed record ImageState
{
    /// <summary>The label that says what an image was made from.</summary>
    internal const string SourceLabel = "orchestrator.source";

    /// <summary>Id.</summary>
    [Field("Image id, `sha256:…`.")]
    public string Id { get; init; } = "";

    /// <summary>Tag.</summary>
    [Field("The name it was asked for by.")]
    public string Image { get; init; } = "";

    /// <summary>Source.</summary>
    [Field("Digest of what it was made from, for images of image.import and image.build; else empty.")]
    public string Source { get; init; } = "";

    /// <summary>Null when the engine has none of that name.</summary>
    internal static async Task<ImageState?> FindAsync(DockerClient docker, string image, CancellationToken cancellationToken)
    {
        var reply = await docker.GetAsync($"images/{Uri.EscapeDataString(image)}/json", cancellationToken).ConfigureAwait(false);
        if (reply.NotFound) return null;
        var found = reply.OrFail("docker.failed", $"cannot look at image {image}");
        return new ImageState { Id = found["Id"]!.GetValue<string>(), Image = image, Source = found["Config"]?["Labels"]?[SourceLabel]?.GetValue<string>() ?? "" };
    }

    /// <summary>Name and tag apart; the tag is <c>latest</c> when there is none.</summary>
    internal static (string Name, string Tag) Split(string image)
    {
        var colon = image.LastIndexOf(':');
        return colon > image.LastIndexOf('/') ? (image[..colon], image[(colon + 1)..]) : (image, "latest");
    }
}
