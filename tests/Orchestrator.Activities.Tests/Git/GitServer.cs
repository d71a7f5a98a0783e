using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Sockets;

namespace Orchestrator.Activities.Tests.Git;

/// <summary>
/// A real git server: sshd on a loopback port of its own, one bare repository, a file of allowed keys that starts empty. Logs in as the user the tests run as, whom
/// only the forced command lets do anything.
/// </summary>
public sealed class GitServer : IAsyncDisposable
{
    private Process _sshd;

    private GitServer(string folder, int port, Process sshd) => (Folder, Port, _sshd) = (folder, port, sshd);

    public string Folder { get; }

    public int Port { get; private set; }

    public string Upstream => Path.Combine(Folder, "up.git");

    public string Repo => $"ssh://root@127.0.0.1:{Port}{Upstream}";

    public string HostKey => File.ReadAllText(Path.Combine(Folder, "host.pub")).Trim();

    public string KeyPath => Path.Combine(Folder, "login");

    public string PublicKey => File.ReadAllText(KeyPath + ".pub").Trim();

    public static async Task<GitServer> StartAsync()
    {
        var folder = Directory.CreateTempSubdirectory("orc-git-").FullName;
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "server", "-f", Path.Combine(folder, "host"));
        await RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "deploy@test", "-f", Path.Combine(folder, "login"));
        await RunAsync("git", "init", "-q", "--bare", "-b", "main", Path.Combine(folder, "up.git"));
        await File.WriteAllTextAsync(Path.Combine(folder, "allowed"), "");
        Directory.CreateDirectory("/run/sshd");
        var port = FreePort();
        var config = Path.Combine(folder, "sshd_config");
        await File.WriteAllTextAsync(config, $"""
            Port {port}
            ListenAddress 127.0.0.1
            HostKey {folder}/host
            PidFile none
            AuthorizedKeysFile {folder}/allowed
            StrictModes no
            UsePAM no
            PasswordAuthentication no
            KbdInteractiveAuthentication no
            PermitRootLogin prohibit-password
            MaxStartups 100

            """);
        return new GitServer(folder, port, await SshdAsync(config, port));
    }

    /// <summary>What the server's owner does: lets the key in, for everything or for reading only.</summary>
    public void Allow(bool readOnly = false)
    {
        var command = readOnly
            ? "case \\\"$SSH_ORIGINAL_COMMAND\\\" in git-upload-pack*) exec git-shell -c \\\"$SSH_ORIGINAL_COMMAND\\\";; *) echo push not permitted yet >&2; exit 3;; esac"
            : "git-shell -c \\\"$SSH_ORIGINAL_COMMAND\\\"";
        File.WriteAllText(Path.Combine(Folder, "allowed"), $"restrict,command=\"{command}\" {PublicKey}\n");
    }

    public void AllowNothing(string words) => File.WriteAllText(Path.Combine(Folder, "allowed"), $"restrict,command=\"echo {words} >&2; exit 1\" {PublicKey}\n");

    public void Hook(string name, string script)
    {
        var file = Path.Combine(Upstream, "hooks", name);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "#!/bin/sh\n" + script + "\n");
        RunAsync("chmod", "700", file).GetAwaiter().GetResult();
    }

    /// <summary>Puts a commit upstream as if someone else had pushed it; gives its id.</summary>
    public async Task<string> CommitUpstreamAsync(string file, string branch = "main")
    {
        var other = Path.Combine(Folder, "other");
        if (!Directory.Exists(other)) await RunAsync("git", "clone", "-q", Upstream, other);
        await RunAsync("git", "-C", other, "pull", "-q", "--ff-only", "origin", branch).ContinueWith(_ => { }, TaskScheduler.Default); // nothing to pull from an empty one
        await RunAsync("git", "-C", other, "checkout", "-q", "-B", branch);
        await File.WriteAllTextAsync(Path.Combine(other, file), file);
        await RunAsync("git", "-C", other, "add", "-A");
        await RunAsync("git", "-C", other, "-c", "user.name=Other", "-c", "user.email=other@test", "commit", "-q", "-m", "Add " + file);
        await RunAsync("git", "-C", other, "push", "-q", "origin", branch);
        return (await RunAsync("git", "-C", other, "rev-parse", "HEAD")).Trim();
    }

    public async Task<string> GitAsync(params string[] arguments) => (await RunAsync("git", ["--git-dir", Upstream, .. arguments])).Trim();

    public void Stop()
    {
        _sshd.Kill();
        _sshd.WaitForExit();
    }

    public async ValueTask DisposeAsync()
    {
        if (!_sshd.HasExited) Stop();
        _sshd.Dispose();
        await Task.Run(() => Directory.Delete(Folder, recursive: true));
    }

    public static async Task<string> RunAsync(string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true })!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = await process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return process.ExitCode == 0 ? await output : throw new InvalidOperationException($"{program} {string.Join(' ', arguments)}: {error}");
    }

    private static async Task<Process> SshdAsync(string config, int port)
    {
        var sshd = Process.Start(new ProcessStartInfo("/usr/sbin/sshd", ["-D", "-e", "-f", config]) { RedirectStandardError = true })!;
        using var deadline = new CancellationTokenSource(TimeSpan.FromSeconds(20));
        var ready = $"listening on 127.0.0.1 port {port}";
        while (await sshd.StandardError.ReadLineAsync(deadline.Token) is { } line)
            if (line.Contains(ready, StringComparison.Ordinal))
            {
                _ = sshd.StandardError.ReadToEndAsync(CancellationToken.None); // keeps the pipe from filling
                return sshd;
            }

        throw new InvalidOperationException("sshd ended: exit code " + sshd.ExitCode.ToString(CultureInfo.InvariantCulture));
    }

    private static int FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ((IPEndPoint)listener.LocalEndpoint).Port;
    }
}
