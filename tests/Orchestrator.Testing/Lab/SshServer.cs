using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Orchestrator.Testing.Lab;

/// <summary>An OpenSSH server with its own host key that lets one generated key log in as root; in a network namespace or on this machine's loopback.</summary>
public sealed class SshServer : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly NetworkNamespace? _network;
    private Daemon? _daemon;

    private SshServer(NetworkNamespace? network, string address, int port) => (_network, Address, Port) = (network, address, port);

    /// <summary>Where it listens.</summary>
    public string Address { get; }

    /// <summary>Its port.</summary>
    public int Port { get; }

    /// <summary>The public half of its host key, <c>ssh-ed25519 AAAA…</c>.</summary>
    public string HostKey { get; private set; } = "";

    /// <summary>The file with the private key that may log in.</summary>
    public string KeyFile => _folder["client"];

    /// <summary>The text of that private key.</summary>
    public string Key => File.ReadAllText(KeyFile);

    /// <summary>The file of public keys that may log in; tests may edit it.</summary>
    public string AuthorizedKeysFile => _folder["authorized"];

    /// <summary>What the server wrote.</summary>
    public string Log => _daemon?.Log ?? "";

    /// <summary>Starts one and waits until it answers.</summary>
    public static async Task<SshServer> StartAsync(NetworkNamespace? network = null, string address = "127.0.0.1", int? port = null)
    {
        var server = new SshServer(network, address, port ?? (network is null ? FreePort() : 22));
        try
        {
            await server.PrepareAsync();
            await server.RestartAsync();
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Starts it again after <see cref="StopAsync"/>.</summary>
    public async Task RestartAsync()
    {
        string[] command = ["/usr/sbin/sshd", "-D", "-e", "-f", _folder["config"]];
        _daemon = _network is null ? Daemon.Start(command) : _network.Start(command);
        var daemon = _daemon;
        await daemon.ReadyAsync(() => Task.FromResult(daemon.Log.Contains("listening on", StringComparison.Ordinal)));
    }

    /// <summary>Stops listening; connections that stand go on.</summary>
    public async Task StopAsync()
    {
        if (_daemon is not null) await _daemon.DisposeAsync();
        _daemon = null;
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        _folder.Dispose();
    }

    /// <summary>A port of this machine's loopback that nobody uses at the moment.</summary>
    public static int FreePort()
    {
        using var listener = new TcpListener(System.Net.IPAddress.Loopback, 0);
        listener.Start();
        return ((System.Net.IPEndPoint)listener.LocalEndpoint).Port;
    }

    private async Task PrepareAsync()
    {
        Directory.CreateDirectory("/run/sshd");
        await Tool.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "host", "-f", _folder["host"]);
        await Tool.RunAsync("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "client", "-f", KeyFile);
        HostKey = string.Join(' ', (await File.ReadAllTextAsync(_folder["host.pub"])).Split(' ').Take(2));
        File.Copy(_folder["client.pub"], AuthorizedKeysFile);
        var config = new StringBuilder()
            .AppendLine(CultureInfo.InvariantCulture, $"Port {Port}").AppendLine(CultureInfo.InvariantCulture, $"ListenAddress {Address}")
            .AppendLine(CultureInfo.InvariantCulture, $"HostKey {_folder["host"]}").AppendLine(CultureInfo.InvariantCulture, $"PidFile {_folder["pid"]}")
            .AppendLine(CultureInfo.InvariantCulture, $"AuthorizedKeysFile {AuthorizedKeysFile}")
            .AppendLine("StrictModes no").AppendLine("UsePAM no").AppendLine("PermitRootLogin prohibit-password").AppendLine("PasswordAuthentication no")
            .AppendLine("MaxStartups 100").AppendLine("MaxSessions 100");
        await File.WriteAllTextAsync(_folder["config"], config.ToString());
    }
}
