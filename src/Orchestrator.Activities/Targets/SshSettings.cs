using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Targets;

/// <summary>Where and as whom to log in over SSH, and how the far side proves itself.</summary>
internal sealed record SshSettings
{
    public required string Host { get; init; }
    public int Port { get; init; } = 22;
    public string User { get; init; } = "root";

    /// <summary>Private key; null = the keys of the running agent.</summary>
    public Secret? Key { get; init; }

    /// <summary>Public keys of the host, <c>type base64</c> each; or <see cref="KnownHostsFile"/>.</summary>
    public IReadOnlyList<string> HostKeys { get; init; } = [];

    public string? KnownHostsFile { get; init; }
    public int ConnectTimeoutSeconds { get; init; } = 10;

    /// <summary>True = everything runs through <c>sudo -n</c>.</summary>
    public bool Sudo { get; init; }

    /// <summary>An ssh target to go through, or a local one whose network namespace to start from.</summary>
    public Target? Jump { get; init; }

    public static SshSettings Read(TargetSettings settings, Target? jump)
    {
        var hostKeys = settings.Find("hostKey") switch
        {
            null => [],
            ListValue list => list.Items.Select(item => item.AsString() ?? throw settings.Wrong("`hostKey` must be text or a list of text")).ToArray(),
            _ => settings.Text("hostKey")!.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries),
        };
        if (hostKeys.FirstOrDefault(key => key.Split(' ') is not [var type, { Length: > 20 }, ..] || !type.Contains('-', StringComparison.Ordinal)) is { } wrong)
            throw settings.Wrong($"`hostKey` must be a public key such as `ssh-ed25519 AAAA…`, not `{wrong}`");
        var result = new SshSettings
        {
            Host = settings.Required("address"),
            Port = settings.Number("port", 22, 1, 65535),
            User = settings.Text("user") ?? "root",
            Key = settings.Find("key") switch
            {
                null => null,
                SecretValue secret => secret.Secret,
                StringValue => throw settings.Wrong("`key` must be a secret: declare it under `secrets` and write `${{ secrets.<name> }}`"),
                _ => throw settings.Wrong("`key` must be a secret"),
            },
            HostKeys = hostKeys,
            KnownHostsFile = settings.Text("knownHosts"),
            ConnectTimeoutSeconds = settings.Seconds("connectTimeout", 10),
            Sudo = (settings.Text("become") ?? "none") switch
            {
                "none" => false, "sudo" => true, var other => throw settings.Wrong($"`become` must be none or sudo, not `{other}`"),
            },
            Jump = jump,
        };
        settings.NoOthers();
        if (result.Host.StartsWith('-') || result.User.StartsWith('-')) throw settings.Wrong("`address` and `user` must not start with a dash");
        if (hostKeys.Length == 0 && result.KnownHostsFile is null)
            throw settings.Wrong("`hostKey` (or `knownHosts`) is missing: nothing is trusted at first sight; `ssh-keyscan` on a line you trust shows it");
        return result;
    }
}
