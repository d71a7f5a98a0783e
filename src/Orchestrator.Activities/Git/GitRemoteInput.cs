using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Git;

/// <summary>What every activity needs that talks to a git server.</summary>
internal abstract record GitRemoteInput
{
    [Field("Repository on the server, `user@host:path` or `ssh://user@host[:port]/path`.", Format = "gitSshUrl")]
    public required string Repo { get; init; }

    [Field("The server's public host key or keys, a line each, as in its `ssh_host_*_key.pub`. Pinned: any other key fails. Required unless `knownHosts` is given.", Format = "multiline")]
    public string? HostKey { get; init; }

    [Field("A known_hosts file on the target that holds the server's key, instead of `hostKey`.", Format = "path")]
    public string? KnownHosts { get; init; }

    [Field("Private key on the target to log in with. Without it and `key`, ssh tries the target user's own keys.", Format = "path")]
    public string? KeyPath { get; init; }

    [Field("Private key to log in with, instead of `keyPath`; lies on the target, readable by its user alone, only while git runs.")]
    public Secret? Key { get; init; }

    [Field("How long to wait for the server to answer.", Min = 1, Max = 300)]
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(10);
}
