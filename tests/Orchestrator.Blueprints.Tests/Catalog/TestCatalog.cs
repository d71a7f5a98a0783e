using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Tests.Catalog;

/// <summary>Activities that do nothing: the language is tested without the real ones.</summary>
internal static class TestCatalog
{
    public static ActivityCatalog Instance { get; } = new(
    [
        new FirewallOpen(), new FirewallClose(), new ContainerRun(), new ContainerRemove(), new SshKey(), new NotifySend(), new GitWaitPush(), new GitInitLayout(),
        new ProcessEnsure(), new HttpWait(), new HttpRequest(), new HttpRequest2(), new JwtMint(), new RunScript(), new MathSum(),
    ]);
}

internal abstract class Nothing<TInput, TOutput> : Activity<TInput, TOutput>
    where TInput : class
    where TOutput : class
{
    protected override Task<Outcome<TOutput>> ApplyAsync(TInput input, ActivityContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException("only its description is tested");
}

internal sealed record RuleList
{
    [Field("Rules such as `80/tcp`.", Pattern = "[0-9]+/(tcp|udp)", MinLength = 1)]
    public required IReadOnlyList<string> Rules { get; init; }
}

internal sealed record OpenOutput
{
    [Field("The rules that were not there before.")]
    public required IReadOnlyList<string> Added { get; init; }
}

[Activity("firewall.open", Effect.Idempotent, "Lets connections to ports through.", HasUndo = true, Example = "- id: ports\n  uses: firewall.open\n  with: {rules: [80/tcp]}")]
internal sealed class FirewallOpen : Nothing<RuleList, OpenOutput>;

[Activity("firewall.close", Effect.Idempotent, "Stops connections to ports.", Example = "- id: ports\n  uses: firewall.close\n  with: {rules: [80/tcp]}")]
internal sealed class FirewallClose : Nothing<RuleList, NoOutput>;

internal sealed record ContainerInput
{
    [Field("Name of the container.", Pattern = "[a-z][a-z0-9-]*")]
    public required string Name { get; init; }

    [Field("The image.", Format = "imageDigest")]
    public required string Image { get; init; }

    [Field("Published ports.")]
    public IReadOnlyList<string> Publish { get; init; } = [];

    [Field("Host folders by the path inside.")]
    public IReadOnlyDictionary<string, string> Mounts { get; init; } = new Dictionary<string, string>();

    [Field("Environment; values may be secret.")]
    public IReadOnlyDictionary<string, Secret> Env { get; init; } = new Dictionary<string, Secret>();

    [Field("Memory limit in MiB.", Min = 16)]
    public int? Memory { get; init; }

    [Field("What happens when it exits.")]
    public RestartKind Restart { get; init; } = RestartKind.OnFailure;
}

internal enum RestartKind
{
    Never,
    OnFailure,
    Always,
}

internal sealed record ContainerOutput
{
    [Field("Id of the container.")]
    public required string Id { get; init; }
}

internal sealed record NameInput
{
    [Field("Name of it.")]
    public required string Name { get; init; }
}

[Activity("container.run", Effect.Idempotent, "Runs a container.", HasUndo = true, Example = "- id: web\n  uses: container.run\n  with: {name: web, image: web@sha256:1}")]
internal sealed class ContainerRun : Nothing<ContainerInput, ContainerOutput>;

[Activity("container.remove", Effect.Idempotent, "Removes a container.", Example = "- id: web\n  uses: container.remove\n  with: {name: web}")]
internal sealed class ContainerRemove : Nothing<NameInput, NoOutput>;

internal sealed record KeyInput
{
    [Field("Algorithm.")]
    public KeyKind Type { get; init; } = KeyKind.Ed25519;

    [Field("Path of the private half.", Format = "path")]
    public required string Path { get; init; }
}

internal enum KeyKind
{
    Ed25519,
    Rsa,
}

internal sealed record KeyOutput
{
    [Field("The public half.")]
    public required string PublicKey { get; init; }

    [Field("The private half.")]
    public required Secret PrivateKey { get; init; }
}

[Activity("ssh.key", Effect.Idempotent, "Makes a key pair.", HasUndo = true, Example = "- id: key\n  uses: ssh.key\n  with: {path: /k}")]
internal sealed class SshKey : Nothing<KeyInput, KeyOutput>;

internal sealed record NotifyInput
{
    [Field("Name of the channel.")]
    public required string Channel { get; init; }

    [Field("What to say.")]
    public required string Text { get; init; }

    [Field("How loud, 1 to 5.", Min = 1, Max = 5)]
    public int Priority { get; init; } = 3;
}

[Activity("notify.send", Effect.Once, "Tells people something.", Example = "- id: tell\n  uses: notify.send\n  with: {channel: ops, text: hello}")]
internal sealed class NotifySend : Nothing<NotifyInput, NoOutput>;

internal sealed record RepositoryInput
{
    [Field("The repository.", Format = "gitSshUrl")]
    public required string Repo { get; init; }

    [Field("Public key of its host.", Format = "sshPublicKey")]
    public required string HostKey { get; init; }

    [Field("Folder of the clone.")]
    public string? Path { get; init; }

    [Field("Folders to make.")]
    public IReadOnlyList<string> Layout { get; init; } = [];
}

[Activity("git.wait-push", Effect.Read, "Waits until pushing is allowed.", Polls = true, Example = "- id: push\n  uses: git.wait-push\n  with: {repo: x, hostKey: y}")]
internal sealed class GitWaitPush : Nothing<RepositoryInput, NoOutput>;

[Activity("git.init-layout", Effect.Keyed, "Adds the folders of a repository.", Example = "- id: seed\n  uses: git.init-layout\n  with: {repo: x, hostKey: y}")]
internal sealed class GitInitLayout : Nothing<RepositoryInput, NoOutput>;

[Activity("process.ensure", Effect.Idempotent, "Keeps a process running.", Example = "- id: api\n  uses: process.ensure\n  with: {name: api}")]
internal sealed class ProcessEnsure : Nothing<NameInput, NoOutput>;

internal sealed record HttpInput
{
    [Field("Where.", Format = "url")]
    public required string Url { get; init; }

    [Field("Expected status.", Min = 100, Max = 599)]
    public int Status { get; init; } = 200;

    [Field("Headers; values may be secret.")]
    public IReadOnlyDictionary<string, Secret> Headers { get; init; } = new Dictionary<string, Secret>();

    [Field("Longest wait for an answer.", Max = 3600)]
    public TimeSpan Patience { get; init; } = TimeSpan.FromSeconds(30);

    [Field("Follow redirects.")]
    public bool Follow { get; init; } = true;
}

internal sealed record HttpOutput
{
    [Field("Status code.")]
    public required int Status { get; init; }

    [Field("The body.")]
    public required string Body { get; init; }
}

[Activity("http.wait", Effect.Read, "Waits for an answer.", Polls = true, Example = "- id: up\n  uses: http.wait\n  with: {url: 'http://localhost'}")]
internal sealed class HttpWait : Nothing<HttpInput, HttpOutput>;

[Activity("http.request", Effect.Once, "Sends a request.", Example = "- id: get\n  uses: http.request@1\n  with: {url: 'http://localhost'}")]
internal sealed class HttpRequest : Nothing<HttpInput, HttpOutput>;

[Activity("http.request", Effect.Once, "Sends a request.", Version = 2, Example = "- id: get\n  uses: http.request@2\n  with: {url: 'http://localhost'}")]
internal sealed class HttpRequest2 : Nothing<HttpInput, HttpOutput>;

internal sealed record MintInput
{
    [Field("Client credentials.")]
    public required Secret Client { get; init; }

    [Field("Scopes.")]
    public IReadOnlyList<string> Scopes { get; init; } = [];

    [Field("How long it is good.", Min = 60)]
    public TimeSpan Ttl { get; init; } = TimeSpan.FromHours(1);
}

internal sealed record MintOutput
{
    [Field("The token.")]
    public required Secret Token { get; init; }
}

[Activity("jwt.mint", Effect.Keyed, "Gets a token.", Example = "- id: token\n  uses: jwt.mint\n  with: {client: '${{ secrets.token }}'}")]
internal sealed class JwtMint : Nothing<MintInput, MintOutput>;

internal sealed record ScriptInput
{
    [Field("The script.")]
    public required string Script { get; init; }

    [Field("The shell.")]
    public string Shell { get; init; } = "bash";

    [Field("Standard input.")]
    public Secret? Stdin { get; init; }

    [Field("Working directory.")]
    public string? Cwd { get; init; }

    [Field("Command that says whether it is so already.")]
    public string? Check { get; init; }
}

internal sealed record ScriptOutput
{
    [Field("Exit code.")]
    public required int ExitCode { get; init; }

    [Field("Standard output.")]
    public required string Stdout { get; init; }
}

[Activity("run", Effect.Once, "Runs a script.", Example = "- id: hello\n  run: echo hello")]
internal sealed class RunScript : Nothing<ScriptInput, ScriptOutput>;

internal sealed record SumInput
{
    [Field("Numbers to add up.")]
    public required IReadOnlyList<double> Numbers { get; init; }

    [Field("Anything.")]
    public Value? Note { get; init; }
}

internal sealed record SumOutput
{
    [Field("The sum.")]
    public required double Sum { get; init; }
}

[Activity("math.sum", Effect.Read, "Adds up.", Example = "- id: sum\n  uses: math.sum\n  with: {numbers: [1, 2]}")]
internal sealed class MathSum : Nothing<SumInput, SumOutput>;
