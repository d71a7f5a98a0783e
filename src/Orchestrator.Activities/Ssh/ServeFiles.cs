using System.Globalization;
using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Ssh;

/// <summary>How to serve.</summary>
public sealed record SshServeInput
{
    /// <summary>Port.</summary>
    [Field("Port to listen on.", Min = 1, Max = 65535)]
    public int Port { get; init; } = 22;

    /// <summary>Listen.</summary>
    [Field("Address to listen on; `::` or `0.0.0.0` = every one.", Format = "ipAddress")]
    public string Listen { get; init; } = "0.0.0.0";

    /// <summary>Folder.</summary>
    [Field("Folder for configuration, host key, pid file and log.", Format = "path", Pattern = "/[a-zA-Z0-9._/-]+")]
    public string Folder { get; init; } = "/etc/ssh/orchestrator";

    /// <summary>Keys file.</summary>
    [Field("Where sshd looks for the keys that may log in; relative to the user's home.", Pattern = "[a-zA-Z0-9._/%-]+")]
    public string AuthorizedKeysFile { get; init; } = ".ssh/authorized_keys";

    /// <summary>User environment.</summary>
    [Field("True = `~/.ssh/environment` is given to sessions.")]
    public bool PermitUserEnvironment { get; init; }
}

/// <summary>What answers.</summary>
public sealed record SshServeOutput
{
    /// <summary>Port.</summary>
    [Field("Port it answers on.")]
    public int Port { get; init; }

    /// <summary>Host key.</summary>
    [Field("Public half of its host key: what an ssh target's `hostKey` takes.", Format = "sshPublicKey")]
    public string HostKey { get; init; } = "";

    /// <summary>Configuration.</summary>
    [Field("Path of its configuration.")]
    public string Config { get; init; } = "";
}

/// <summary>The files of one server.</summary>
internal sealed record ServeFiles(SshServeInput Input)
{
    public string Config => string.Create(CultureInfo.InvariantCulture, $"{Input.Folder}/sshd_config_{Input.Port}");

    public string HostKey => $"{Input.Folder}/ssh_host_ed25519_key";

    public string Pid => $"{Config}.pid";

    public string Log => $"{Config}.log";

    /// <summary>Where the target itself reaches it.</summary>
    public string Reachable => Input.Listen switch { "0.0.0.0" => "127.0.0.1", "::" => "::1", var address => address };

    public string Text => string.Create(
        CultureInfo.InvariantCulture,
        $"""
        # Written by ssh.serve: changes are lost.
        Port {Input.Port}
        ListenAddress {Input.Listen}
        HostKey {HostKey}
        PidFile {Pid}
        AuthorizedKeysFile {Input.AuthorizedKeysFile}
        PasswordAuthentication no
        KbdInteractiveAuthentication no
        PermitRootLogin prohibit-password
        PermitUserEnvironment {(Input.PermitUserEnvironment ? "yes" : "no")}
        AcceptEnv GIT_PROTOCOL
        Subsystem sftp internal-sftp

        """);
}
