using System.Diagnostics;
using System.Globalization;
using Orchestrator.Testing;

namespace Orchestrator.Browser.Tests;

/// <summary>The real program, serving on a free port over a folder of its own.</summary>
internal sealed class ServerProcess : IAsyncDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly string[] _options;
    private Process? _process;

    private ServerProcess(string[] options) => _options = options;

    public string Address { get; private set; } = "";

    /// <summary>The one-time link that signs a browser in.</summary>
    public string LoginLink { get; private set; } = "";

    public string AdminToken => File.ReadAllText(_folder["data/admin.token"]).Trim();

    public static async Task<ServerProcess> StartAsync(params string[] options)
    {
        var server = new ServerProcess(options);
        try
        {
            await server.LaunchAsync("http://127.0.0.1:0");
            return server;
        }
        catch
        {
            await server.DisposeAsync();
            throw;
        }
    }

    /// <summary>Stops it as an operator would, and starts it again at the same address over the same data once <paramref name="meanwhile"/> has ended, however it ended: the next test needs it.</summary>
    public async Task StopWhileAsync(Func<Task> meanwhile)
    {
        using (var kill = Process.Start("kill", ["-TERM", _process!.Id.ToString(CultureInfo.InvariantCulture)])) await kill.WaitForExitAsync();
        await _process.WaitForExitAsync();
        try
        {
            await meanwhile();
        }
        finally
        {
            await LaunchAsync(Address);
        }
    }

    public async ValueTask DisposeAsync()
    {
        if (_process is not null)
        {
            if (!_process.HasExited) _process.Kill();
            await _process.WaitForExitAsync();
            _process.Dispose();
        }

        _folder.Dispose();
    }

    private async Task LaunchAsync(string listen)
    {
        _process?.Dispose();
        _process = new Process
        {
            StartInfo = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "orchestrator.dll"), "serve", "--listen", listen, "--data", _folder["data"], .. _options])
            {
                RedirectStandardOutput = true, RedirectStandardError = true, WorkingDirectory = _folder.Path,
            },
        };
        _process.Start();
        var errors = _process.StandardError.ReadToEndAsync();
        LoginLink = "";
        while (LoginLink.Length == 0)
        {
            if (await _process.StandardOutput.ReadLineAsync() is not { } line) throw new InvalidOperationException($"the server did not start: {await errors}");
            if (line.StartsWith("listening on ", StringComparison.Ordinal)) Address = line["listening on ".Length..];
            if (line.StartsWith("sign in once", StringComparison.Ordinal)) LoginLink = line[line.IndexOf("http", StringComparison.Ordinal)..];
        }

        // Nobody else reads it; a full pipe would stop the server.
        _ = _process.StandardOutput.ReadToEndAsync();
    }
}
