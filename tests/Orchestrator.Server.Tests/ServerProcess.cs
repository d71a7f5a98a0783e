using System.Diagnostics;
using System.Net.Http.Headers;

namespace Orchestrator.Server.Tests;

/// <summary>The real program on a data folder, to be killed as the kernel kills.</summary>
internal sealed class ServerProcess : IDisposable
{
    private readonly Process _process;

    private ServerProcess(Process process, Uri address) => (_process, Address) = (process, address);

    public Uri Address { get; }

    public static async Task<ServerProcess> StartAsync(string folder)
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "orchestrator.dll"), "serve", "--listen", "http://127.0.0.1:0", "--data", folder])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(TimeSpan.FromMinutes(2));
        Assert.True(line?.StartsWith("listening on ", StringComparison.Ordinal) == true, $"said {line ?? await process.StandardError.ReadToEndAsync()}");
        // What it says later must not fill the pipe.
        _ = process.StandardError.ReadToEndAsync();
        _ = process.StandardOutput.ReadToEndAsync();
        return new ServerProcess(process, new Uri(line!["listening on ".Length..]));
    }

    public HttpClient Client(string? tokenFolder = null)
    {
        var client = new HttpClient(new SocketsHttpHandler()) { BaseAddress = Address };
        if (tokenFolder is not null)
            client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", File.ReadAllText(Path.Combine(tokenFolder, "admin.token")).Trim());
        return client;
    }

    /// <summary>SIGKILL, and its end.</summary>
    public async Task KillAsync()
    {
        _process.Kill();
        await _process.WaitForExitAsync().WaitAsync(TimeSpan.FromMinutes(1));
    }

    public void Dispose()
    {
        if (!_process.HasExited) _process.Kill();
        _process.Dispose();
    }
}
