using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Grammar;

/// <summary>Targets: where steps act.</summary>
internal static class TargetGrammar
{
    private const Contexts Places = Contexts.Start | Contexts.Secrets;
    private static readonly ValueShape Text = new(Schema.String, "text");

    public static readonly Construct Local = new("local", "This machine.",
        [new("netns", Text, "Name or path of a network namespace to run commands in; default: the machine's own.") { Contexts = Places }]);

    public static readonly Construct Ssh = new("ssh", "A host over OpenSSH. An unknown host key is a failure, never trusted on first use.",
    [
        new("address", Text, "Host name or address.") { Required = true, Contexts = Places },
        new("port", new ValueShape(Schema.Int with { Min = 1, Max = 65535 }, "a port"), "TCP port.") { Default = Value.Of(22), Contexts = Places },
        new("user", Text, "User to log in as.") { Default = Value.Of("root"), Contexts = Places },
        new("key", Text, "Private key to log in with: a secret.") { Contexts = Places, Secret = true },
        new("password", Text, "Password to log in with: a secret.") { Contexts = Places, Secret = true },
        new("hostKey", new ValueShape(Schema.Any, "a public key"), "The host's public key, `type base64`, or a list of them. This or `knownHosts` is required.") { Contexts = Places },
        new("knownHosts", Text, "Path of a `known_hosts` file on this machine.") { Contexts = Places },
        new("jump", BasicShapes.Name, "Another target to go through: of kind ssh, or a local one whose network namespace to start from."),
        new("connectTimeout", new ValueShape(Schema.Duration, "a duration"), "How long one connection attempt may take.") { Default = Value.Of("10s"), Contexts = Places },
        new("become", new ChoiceShape("none", "sudo"), "How commands become root.") { Default = Value.Of("none") },
    ]);

    public static readonly Construct Docker = new("docker", "A container, over the Docker Engine API.",
    [
        new("container", Text, "Name or id of the container.") { Required = true, Contexts = Places },
        new("via", BasicShapes.Name, "The target that runs the Docker engine, of kind ssh or local; default: this machine."),
        new("socket", Text, "Path of the engine's socket there.") { Default = Value.Of("/var/run/docker.sock"), Contexts = Places },
    ]);

    public static readonly Construct Kubernetes = new("kubernetes", "A Kubernetes cluster. Compiles and is stored; no activity acts on it yet.",
    [
        new("context", Text, "Context of the kubeconfig.") { Contexts = Places },
        new("namespace", Text, "Namespace.") { Default = Value.Of("default"), Contexts = Places },
    ]);

    public static readonly Construct Target = new("target", "Where steps act: one of the kinds, or a group of hosts of one kind.",
    [
        new("local", new ObjectShape(() => Local), "This machine."),
        new("ssh", new ObjectShape(() => Ssh), "A host over SSH."),
        new("docker", new ObjectShape(() => Docker), "A container."),
        new("kubernetes", new ObjectShape(() => Kubernetes), "A cluster."),
        new("hosts", new MapShape(new ValueShape(Schema.Any, "a map of settings"), new TextShape("^[A-Za-z0-9][A-Za-z0-9._-]*$", "a host name")), "Makes a group: host names and the settings they override. A step on a group runs once for each host.") { Contexts = Places, Secret = true },
        new("maxParallel", new NumberShape(1, 10_000), "How many hosts of a group at once.") { Default = Value.Of(20), Beside = ["hosts"] },
    ])
    {
        ExactlyOne = ["local", "ssh", "docker", "kubernetes"],
        ExactlyOneOf = "kind of target",
    };
}
