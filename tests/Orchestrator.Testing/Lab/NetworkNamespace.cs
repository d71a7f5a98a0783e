namespace Orchestrator.Testing.Lab;

/// <summary>A network of its own: rules, links and ports in it end with it. Never connected to the machine's own network.</summary>
public sealed class NetworkNamespace : IAsyncDisposable
{
    private int _links;

    private NetworkNamespace(string name) => Name = name;

    /// <summary>Its name, unique on this machine.</summary>
    public string Name { get; }

    /// <summary>The file that stands for it.</summary>
    public string Path => $"/run/netns/{Name}";

    /// <summary>Makes one with loopback up.</summary>
    public static async Task<NetworkNamespace> CreateAsync()
    {
        var network = new NetworkNamespace(Tool.UniqueName());
        await Tool.RunAsync("ip", "netns", "add", network.Name);
        try
        {
            // Before any link exists: duplicate address detection would keep IPv6 addresses unusable for two seconds.
            await network.RunAsync("sysctl", "-qw", "net.ipv6.conf.all.accept_dad=0", "net.ipv6.conf.default.accept_dad=0");
            await network.RunAsync("ip", "link", "set", "lo", "up");
            return network;
        }
        catch
        {
            await network.DisposeAsync();
            throw;
        }
    }

    /// <summary>Connects it to another with a cable; each end gets an address such as <c>10.233.0.1/30</c>. Returns the name of the end in this one.</summary>
    public async Task<string> ConnectAsync(NetworkNamespace other, string address, string otherAddress)
    {
        var (here, there) = ($"{Name}a{_links}", $"{Name}b{_links++}");
        await Tool.RunAsync("ip", "link", "add", here, "netns", Name, "type", "veth", "peer", "name", there, "netns", other.Name);
        await RunAsync("ip", "addr", "add", address, "dev", here);
        await RunAsync("ip", "link", "set", here, "up");
        await other.RunAsync("ip", "addr", "add", otherAddress, "dev", there);
        await other.RunAsync("ip", "link", "set", there, "up");
        return here;
    }

    /// <summary>Runs a program inside; throws when it fails.</summary>
    public Task<string> RunAsync(params IReadOnlyList<string> arguments) => Tool.RunAsync([.. Enter, .. arguments]);

    /// <summary>Runs a program inside whatever it returns.</summary>
    public Task<(int Code, string Output, string Error)> TryAsync(params IReadOnlyList<string> arguments) => Tool.TryAsync([.. Enter, .. arguments]);

    /// <summary>Starts a daemon inside.</summary>
    public Daemon Start(params IReadOnlyList<string> arguments) => Daemon.Start([.. Enter, .. arguments]);

    /// <inheritdoc/>
    public async ValueTask DisposeAsync() => await Tool.TryAsync("ip", "netns", "del", Name);

    private string[] Enter => ["nsenter", $"--net={Path}", "--"];
}
