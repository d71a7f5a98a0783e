namespace Orchestrator.Testing.Lab;

/// <summary>
/// A Docker engine with its own state in a network namespace of its own, with a second namespace connected to it from which published ports can be tried.
/// Holds one tiny image, <see cref="Image"/>.
/// </summary>
public sealed class PrivateDockerd : IAsyncDisposable
{
    /// <summary>An image with nothing but busybox; its name resolution works.</summary>
    public const string Image = "orchestrator-tiny:1";

    /// <summary>The address of the engine's machine as <see cref="Outside"/> sees it; published ports are there.</summary>
    public const string Address = "10.233.0.1";

    private readonly TemporaryFolder _folder = new();
    private Daemon? _daemon;

    private PrivateDockerd(NetworkNamespace network, NetworkNamespace outside) => (Network, Outside) = (network, outside);

    /// <summary>Where the engine and its bridges are.</summary>
    public NetworkNamespace Network { get; }

    /// <summary>A neighbour of it.</summary>
    public NetworkNamespace Outside { get; }

    /// <summary>The engine's socket.</summary>
    public string Socket => _folder["s.sock"];

    /// <summary>What must be installed.</summary>
    public static string[] Programs => ["dockerd", "containerd", "docker", "ip", "nsenter", "busybox", "tar"];

    /// <summary>Starts one and waits until it answers and has the image.</summary>
    public static async Task<PrivateDockerd> StartAsync()
    {
        var docker = new PrivateDockerd(await NetworkNamespace.CreateAsync(), await NetworkNamespace.CreateAsync());
        try
        {
            await docker.Network.ConnectAsync(docker.Outside, $"{Address}/30", "10.233.0.2/30");
            await docker.RestartAsync();
            await docker.ImportAsync();
            return docker;
        }
        catch
        {
            await docker.DisposeAsync();
            throw;
        }
    }

    /// <summary>Runs the command line client against it.</summary>
    public Task<string> RunAsync(params IReadOnlyList<string> arguments) => Tool.RunAsync(["docker", "-H", $"unix://{Socket}", .. arguments]);

    /// <summary>A folder for a root file system with busybox and the few files that name resolution needs.</summary>
    public static async Task AssembleAsync(string folder)
    {
        foreach (var name in new[] { "bin", "etc", "tmp", "root", "proc", "sys", "dev", "run" }) Directory.CreateDirectory(Path.Combine(folder, name));
        var busybox = Path.Combine(folder, "bin/busybox");
        File.Copy((await Tool.RunAsync("which", "busybox")).Trim(), busybox);
        foreach (var applet in (await Tool.RunAsync(busybox, "--list")).Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (applet != "busybox") File.CreateSymbolicLink(Path.Combine(folder, "bin", applet), "busybox");
        await File.WriteAllTextAsync(Path.Combine(folder, "etc/nsswitch.conf"), "hosts: files dns\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "etc/passwd"), "root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n");
        await File.WriteAllTextAsync(Path.Combine(folder, "etc/group"), "root:x:0:\nnogroup:x:65534:\n");
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        // In this order: what is left running or mounted when the engine goes would stay for ever.
        if (_daemon is not null)
        {
            var (_, ids, _) = await Tool.TryAsync("docker", "-H", $"unix://{Socket}", "ps", "-aq");
            var all = ids.Split('\n', StringSplitOptions.RemoveEmptyEntries);
            if (all.Length > 0) await Tool.TryAsync(["docker", "-H", $"unix://{Socket}", "rm", "-fv", .. all]);
            await _daemon.DisposeAsync();
        }

        foreach (var mount in (await File.ReadAllLinesAsync("/proc/self/mounts")).Select(line => line.Split(' ')[1]).Where(path => path.StartsWith(_folder.Path, StringComparison.Ordinal)).Reverse())
            await Tool.TryAsync("umount", mount);
        await Network.DisposeAsync();
        await Outside.DisposeAsync();
        _folder.Dispose();
    }

    private async Task RestartAsync()
    {
        _daemon = Network.Start(
            "dockerd", "--host", $"unix://{Socket}", "--data-root", _folder["root"], "--exec-root", _folder["exec"], "--pidfile", _folder["pid"]);
        await _daemon.ReadyAsync(async () => File.Exists(Socket) && (await Tool.TryAsync("docker", "-H", $"unix://{Socket}", "version")).Code == 0, seconds: 60);
    }

    private async Task ImportAsync()
    {
        var root = _folder["image"];
        await AssembleAsync(root);
        await Tool.RunAsync("tar", "-C", root, "-cf", _folder["image.tar"], ".");
        await RunAsync("import", _folder["image.tar"], Image);
    }
}
