#pragma warning disable CA1507 // The quoted names are the engine's; that ours are alike is chance.
using System.Text.Json.Nodes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Containers;

/// <summary>A container as it stands.</summary>
public sealed record ContainerState
{
    /// <summary>The label that holds the fingerprint of what was asked for; its presence says that the container is ours.</summary>
    internal const string SpecLabel = "orchestrator.spec";

    /// <summary>Whether there is one.</summary>
    [Field("True when a container of that name exists.")]
    public bool Exists { get; init; }

    /// <summary>Whether it runs.</summary>
    [Field("True when it runs.")]
    public bool Running { get; init; }

    /// <summary>Docker's word for its state.</summary>
    [Field("Docker's word for its state, for example `running` or `exited`; empty when it does not exist.")]
    public string Status { get; init; } = "";

    /// <summary>Exit code.</summary>
    [Field("Exit code of its last end; 0 while it runs.")]
    public int ExitCode { get; init; }

    /// <summary>Id.</summary>
    [Field("Full container id.")]
    public string Id { get; init; } = "";

    /// <summary>Image id.</summary>
    [Field("Id of the image it was made from, `sha256:…`.")]
    public string ImageId { get; init; } = "";

    /// <summary>Host name.</summary>
    [Field("Host name inside.")]
    public string Hostname { get; init; } = "";

    /// <summary>Addresses.</summary>
    [Field("Its addresses on its networks, IPv4 and IPv6; empty while it does not run.")]
    public IReadOnlyList<string> Addresses { get; init; } = [];

    /// <summary>Published ports.</summary>
    [Field("Published ports: `80/tcp` to the first address on the host, for example `127.0.0.1:8080`.")]
    public IReadOnlyDictionary<string, string> Ports { get; init; } = new Dictionary<string, string>();

    /// <summary>Mounts.</summary>
    [Field("Mounts: path inside to the path or volume outside.")]
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();

    /// <summary>Labels.</summary>
    [Field("Its labels.")]
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    internal string? Spec => Labels.GetValueOrDefault(SpecLabel);

    internal static async Task<ContainerState> FindAsync(DockerClient docker, string name, CancellationToken cancellationToken)
    {
        var reply = await docker.GetAsync($"containers/{Uri.EscapeDataString(name)}/json", cancellationToken).ConfigureAwait(false);
        return reply.NotFound ? new ContainerState() : From(reply.OrFail("docker.failed", $"cannot look at container {name}"));
    }

    internal static FailureException Missing(DockerClient docker, string name) =>
        new("container.notFound", FailureKind.Permanent, $"there is no container `{name}` on {docker.Host.Address}");

    private static ContainerState From(JsonNode found) => new()
    {
        Exists = true,
        Running = found["State"]!["Running"]!.GetValue<bool>(),
        Status = found["State"]!["Status"]!.GetValue<string>(),
        ExitCode = found["State"]!["ExitCode"]!.GetValue<int>(),
        Id = found["Id"]!.GetValue<string>(),
        ImageId = found["Image"]!.GetValue<string>(),
        Hostname = found["Config"]!["Hostname"]!.GetValue<string>(),
        Addresses =
        [
            .. found["NetworkSettings"]!["Networks"]!.AsObject()
                .SelectMany(entry => new[] { entry.Value?["IPAddress"]?.GetValue<string>(), entry.Value?["GlobalIPv6Address"]?.GetValue<string>() })
                .OfType<string>().Where(address => address.Length > 0),
        ],
        Ports = (found["NetworkSettings"]!["Ports"] as JsonObject ?? [])
            .Where(entry => entry.Value is JsonArray { Count: > 0 })
            .ToDictionary(entry => entry.Key, entry => Address(entry.Value![0]!)),
        Mounts = (found["Mounts"] as JsonArray ?? []).ToDictionary(
            mount => mount!["Destination"]!.GetValue<string>(), mount => (mount!["Name"] ?? mount["Source"])!.GetValue<string>()),
        Labels = (found["Config"]!["Labels"] as JsonObject ?? []).ToDictionary(entry => entry.Key, entry => entry.Value!.GetValue<string>()),
    };

    private static string Address(JsonNode binding)
    {
        var (ip, port) = (binding["HostIp"]!.GetValue<string>(), binding["HostPort"]!.GetValue<string>());
        return ip.Contains(':', StringComparison.Ordinal) ? $"[{ip}]:{port}" : $"{ip}:{port}";
    }
}
