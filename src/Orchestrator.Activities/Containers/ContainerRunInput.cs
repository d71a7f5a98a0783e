using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Containers;

/// <summary>What a container shall be.</summary>
public sealed record ContainerRunInput
{
    /// <summary>Name.</summary>
    [Field("Its name on the Docker engine.", Pattern = "[a-zA-Z0-9][a-zA-Z0-9_.-]+")]
    public required string Name { get; init; }

    /// <summary>Image.</summary>
    [Field("Image that is on the engine already (see image.ensure, image.import, image.build), for example `debian:12`.", MinLength = 1)]
    public required string Image { get; init; }

    /// <summary>Host name.</summary>
    [Field("Host name inside; absent = Docker chooses one.", Format = "hostname")]
    public string? Hostname { get; init; }

    /// <summary>Command.</summary>
    [Field("Program and arguments; empty = the image's own.")]
    public IReadOnlyList<string> Command { get; init; } = [];

    /// <summary>Environment.</summary>
    [Field("Environment. Secrets are accepted; Docker shows them to whoever may inspect the container.")]
    public IReadOnlyDictionary<string, Secret> Env { get; init; } = new Dictionary<string, Secret>();

    /// <summary>Published ports.</summary>
    [Field("Ports to publish: `[address:]hostPort:port[/tcp|udp]`, for example `127.0.0.1:8080:80`. An IPv6 address stands in brackets.", Pattern = PublishedPort.Pattern)]
    public IReadOnlyList<string> Publish { get; init; } = [];

    /// <summary>Mounts.</summary>
    [Field("Mounts: folder on the host or name of a volume, to path inside; `:ro` after the path makes it read-only.")]
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();

    /// <summary>Networks.</summary>
    [Field("Docker networks to join, which must exist; also `host` or `none` alone. Empty = the default bridge.")]
    public IReadOnlyList<string> Networks { get; init; } = [];

    /// <summary>Capabilities.</summary>
    [Field("Kernel capabilities to add, for example `NET_ADMIN`.", Pattern = "[A-Z_]+")]
    public IReadOnlyList<string> CapAdd { get; init; } = [];

    /// <summary>Devices.</summary>
    [Field("Devices of the host to give, for example `/dev/net/tun`.", Format = "path")]
    public IReadOnlyList<string> Devices { get; init; } = [];

    /// <summary>Sysctls.</summary>
    [Field("Kernel parameters of its namespaces, for example `net.ipv6.conf.all.forwarding: \"1\"`.")]
    public IReadOnlyDictionary<string, string> Sysctls { get; init; } = new Dictionary<string, string>();

    /// <summary>Init.</summary>
    [Field("True = a small init reaps processes and passes signals on, so that stopping is quick.")]
    public bool Init { get; init; } = true;

    /// <summary>User.</summary>
    [Field("User or uid to run as; absent = the image's own.")]
    public string? User { get; init; }

    /// <summary>Restart policy.</summary>
    [Field("When Docker starts it again by itself.")]
    public RestartPolicy Restart { get; init; } = RestartPolicy.No;

    /// <summary>How long it must stay up.</summary>
    [Field("How long it must stay up before the step is done. Ignored when it is restarted by `restart`.", Min = 0, Max = 600)]
    public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(1);

    /// <summary>Labels.</summary>
    [Field("More labels.")]
    public IReadOnlyDictionary<string, string> Labels { get; init; } = new Dictionary<string, string>();

    /// <summary>Recreate.</summary>
    [Field("What to do with a container of ours that differs from this: `onChange` removes it and makes it anew, `never` fails with `container.differs`.")]
    public RecreatePolicy Recreate { get; init; } = RecreatePolicy.OnChange;

    /// <summary>Socket.</summary>
    [Field("The Docker engine's socket on the target.", Format = "path")]
    public string Socket { get; init; } = DockerClient.DefaultSocket;
}

/// <summary>When Docker starts a container again.</summary>
public enum RestartPolicy
{
    /// <summary>Never.</summary>
    No,

    /// <summary>After a non-zero exit code.</summary>
    OnFailure,

    /// <summary>Always.</summary>
    Always,

    /// <summary>Always, unless someone stopped it.</summary>
    UnlessStopped,
}

/// <summary>What to do with a container that differs.</summary>
public enum RecreatePolicy
{
    /// <summary>Make it anew.</summary>
    OnChange,

    /// <summary>Fail.</summary>
    Never,
}
