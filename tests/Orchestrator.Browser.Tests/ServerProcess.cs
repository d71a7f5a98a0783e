using System.Diagnostics;
using Orchestrator.Testing;

namespace Orchestrator.Browser.Tests;

/// <summary>The real program, serving on a free port over a folder of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder;
    private readonly Process _process;

    private ServerProcess(Process process, TemporaryFolder folder) => (_process, _folder) = (process, folder);

    public string Address { get; private set; } = "";

    /// <summary>The one-time link that signs a browser in.</summary>
    public string LoginLink { get; private set; } = "";

    public string AdminToken => File.ReadAllText(_folder["data/admin.token"]).Trim();

    public static async Task<ServerProcess> StartAsync()
    {
        var folder = new TemporaryFolder();
        var process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "orchestrator.dll"), "serve", "--listen", "http://127.0.0.1:0", "--data", folder["data"]])
            {
                RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = folder.Path,
            },
        };
        process.Start();
        var errors = process.StandardError.ReadToEndAsync();
        var server = new ServerProcess(process, folder);
        while (server.LoginLink.Length == 0)
        {
            if (await process.StandardOutput.ReadLineAsync() is not { } line)
            {
                await server.DisposeAsync();
                throw new InvalidOperationException($"the server did not start: {await errors}");
            }

            if (line.StartsWith("listening on ", StringComparison.Ordinal)) server.Address = line["listening on ".Length..];
            if (line.StartsWith("sign in once", StringComparison.Ordinal)) server.LoginLink = line[line.IndexOf("http", StringComparison.Ordinal)..];
        }

        // Nobody else reads it; a full pipe would stop the server.
        _ = process.StandardOutput.ReadToEndAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        if (!_process.HasExited) _process.Kill();
        await _process.WaitForExitAsync();
        _process.Dispose();
        _folder.Dispose();
    }
}
