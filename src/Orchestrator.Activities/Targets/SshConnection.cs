using System.Globalization;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Targets;

/// <summary>One authenticated connection that all commands, files and streams of a target share: a master of the OpenSSH client.</summary>
internal sealed class SshConnection(SshSettings settings) : IAsyncDisposable
{
    private readonly SemaphoreSlim _gate = new(1, 1);
    private readonly HashSet<string> _forwards = [];
    private PrivateFolder? _folder;

    public string Address => string.Create(CultureInfo.InvariantCulture, $"{settings.User}@{settings.Host}:{settings.Port}");

    /// <summary>The client's argument vector up to the host, with <paramref name="mode"/> among its options, over the shared connection, which is made when it is not there.</summary>
    public async Task<IReadOnlyList<string>> ClientAsync(IEnumerable<string> mode, CancellationToken cancellationToken)
    {
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            _folder ??= Prepare();
            // The master removes its socket when it ends, be it idle, told to or cut off.
            if (!File.Exists(_folder["c"])) await ConnectAsync(_folder, cancellationToken).ConfigureAwait(false);
            return Arguments(_folder, mode);
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>A unix socket of this machine that leads to one of the far machine.</summary>
    public async Task<string> ForwardAsync(string remotePath, CancellationToken cancellationToken)
    {
        await ClientAsync([], cancellationToken).ConfigureAwait(false);
        await _gate.WaitAsync(cancellationToken).ConfigureAwait(false);
        try
        {
            var local = _folder![$"f{Convert.ToHexString(System.Security.Cryptography.SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(remotePath)))[..12]}"];
            if (File.Exists(local) && _forwards.Contains(remotePath)) return local;
            File.Delete(local);
            var command = new Command(Arguments(_folder, ["-O", "forward", "-L", $"{local}:{remotePath}"]));
            (await LocalProcess.RunAsync(command, cancellationToken).ConfigureAwait(false)).OrFail("target.unreachable", $"cannot reach {remotePath} on {Address}", FailureKind.Transient);
            _forwards.Add(remotePath);
            return local;
        }
        finally
        {
            _gate.Release();
        }
    }

    /// <summary>The failure behind an exit code 255 of the client.</summary>
    public FailureException Failed(string said, bool started)
    {
        var lines = said.Split('\n', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        var last = lines.Length == 0 ? "the connection ended" : lines[^1];
        bool Says(string words) => said.Contains(words, StringComparison.OrdinalIgnoreCase);
        if (Says("Host key verification failed") || Says("HOST IDENTIFICATION HAS CHANGED") || Says("no matching host key"))
            return New("target.hostKey", FailureKind.Permanent, $"{Address} shows another host key than the one given: it is not the machine that was meant, or its key was changed");
        if (Says("Permission denied (") || Says("Too many authentication failures") || Says("Load key"))
            return New("target.auth", FailureKind.Permanent, $"{Address} does not let us in: {last}");
        return started
            ? New("target.connectionLost", FailureKind.Transient, $"the connection to {Address} was lost while a program ran there; it may have had its effect: {last}")
            : New("target.unreachable", FailureKind.Transient, $"cannot reach {Address}: {last}");

        FailureException New(string code, FailureKind kind, string message) => new(new Failure(code, kind, message, LogTail: [.. lines.TakeLast(20)]));
    }

    public async ValueTask DisposeAsync()
    {
        if (_folder is not null)
        {
            if (File.Exists(_folder["c"])) await LocalProcess.RunAsync(new Command(Arguments(_folder, ["-O", "exit"])), CancellationToken.None).ConfigureAwait(false);
            _folder.Dispose();
        }

        _gate.Dispose();
    }

    private async Task ConnectAsync(PrivateFolder folder, CancellationToken cancellationToken)
    {
        _forwards.Clear();
        if (settings.Jump is SshTarget jump) await jump.Connection.ClientAsync([], cancellationToken).ConfigureAwait(false);
        // In the background once logged in; it ends by itself some time after the last use, so also when this process is killed.
        var result = await LocalProcess.RunAsync(new Command(Arguments(folder, ["-M", "-N", "-f", "-o", "ControlPersist=120"])), cancellationToken).ConfigureAwait(false);
        if (!result.Ok) throw Failed(result.Error, started: false);
    }

    private PrivateFolder Prepare()
    {
        var folder = new PrivateFolder();
        if (settings.Key is { } key) folder.Write("key", key.Reveal().ReplaceLineEndings("\n").TrimEnd('\n') + "\n");
        var host = settings.Port == 22 ? settings.Host : string.Create(CultureInfo.InvariantCulture, $"[{settings.Host}]:{settings.Port}");
        folder.Write("hosts", string.Concat(settings.HostKeys.Select(line => $"{host} {line}\n")));
        return folder;
    }

    private List<string> Arguments(PrivateFolder folder, IEnumerable<string> mode)
    {
        List<string> arguments = settings.Jump is LocalTarget { NetworkNamespace: { } space } ? ["nsenter", $"--net={space}", "--", "ssh"] : ["ssh"];
        arguments.AddRange(["-F", "/dev/null", "-T", "-l", settings.User, "-p", settings.Port.ToString(CultureInfo.InvariantCulture)]);
        if (settings.Key is not null) arguments.AddRange(["-i", folder["key"], "-o", "IdentitiesOnly=yes"]);
        string[] options =
        [
            "BatchMode=yes", "StrictHostKeyChecking=yes", $"UserKnownHostsFile={settings.KnownHostsFile ?? folder["hosts"]}", "GlobalKnownHostsFile=/dev/null",
            "UpdateHostKeys=no", "CheckHostIP=no", $"ControlPath={folder["c"]}", "LogLevel=ERROR", "ServerAliveInterval=15", "ServerAliveCountMax=3",
            string.Create(CultureInfo.InvariantCulture, $"ConnectTimeout={settings.ConnectTimeoutSeconds}"),
        ];
        foreach (var option in options) arguments.AddRange(["-o", option]);
        if (settings.Jump is SshTarget jump) arguments.AddRange(["-o", $"ProxyCommand={jump.Connection.Proxy(settings)}"]);
        arguments.AddRange([.. mode, "--", settings.Host]);
        return arguments;
    }

    /// <summary>What the client runs to get through this connection to another host; it hands the text to a shell and expands percent signs.</summary>
    private string Proxy(SshSettings next) =>
        PosixShell.Quote(Arguments(_folder!, ["-W", string.Create(CultureInfo.InvariantCulture, $"[{next.Host}]:{next.Port}")])).Replace("%", "%%", StringComparison.Ordinal);
}
