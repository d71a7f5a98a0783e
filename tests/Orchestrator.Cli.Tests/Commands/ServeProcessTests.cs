using System.Diagnostics;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;

namespace Orchestrator.Cli.Tests.Commands;

/// <summary>The server as what it is for its operator: a process that is started and told to stop.</summary>
[System.Runtime.Versioning.UnsupportedOSPlatform("windows")]
public sealed class ServeProcessTests : IDisposable
{
    private const string Blueprint = "blueprint: outlives\nsteps:\n  - id: nap\n    wait: 5s\n  - id: after\n    run: echo went on\n";

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(1);

    private readonly Cli _cli = new();
    private readonly List<Process> _processes = [];

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited) process.Kill();
            process.WaitForExit();
            process.Dispose();
        }

        _cli.Dispose();
    }

    [Fact]
    public async Task Serve_SigtermInTheMiddleOfARun_ExitsZeroAndTheNextProcessCompletesTheRun()
    {
        var (first, address) = await ServeAsync();
        var runId = await StartAsync(address);
        Assert.Equal(0, await TerminateAsync(first));
        Assert.Equal("waiting", await StatusAsync(runId));

        var (second, _) = await ServeAsync();
        var followed = (await _cli.RunAsync("resume", runId)).Expect(ExitCode.Done);
        Assert.Equal(0, await TerminateAsync(second));

        Assert.Contains("run completed", followed.Output, StringComparison.Ordinal);
        Assert.Contains("after | went on", (await _cli.RunAsync("logs", runId)).Output, StringComparison.Ordinal);
        Assert.Equal("completed", await StatusAsync(runId));
    }

    private async Task<(Process Process, Uri Address)> ServeAsync()
    {
        var start = new ProcessStartInfo("dotnet", [Path.Combine(AppContext.BaseDirectory, "orchestrator.dll"), "serve", "--listen", "http://127.0.0.1:0", "--data", _cli.Data])
        {
            RedirectStandardOutput = true, RedirectStandardError = true,
        };
        var process = Process.Start(start)!;
        _processes.Add(process);
        var line = await process.StandardOutput.ReadLineAsync().WaitAsync(Limit);
        Assert.True(line?.StartsWith("listening on ", StringComparison.Ordinal) == true, $"said {line ?? await process.StandardError.ReadToEndAsync()}");
        return (process, new Uri(line!["listening on ".Length..]));
    }

    private async Task<string> StartAsync(Uri address)
    {
        using var client = new HttpClient { BaseAddress = address };
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", (await File.ReadAllTextAsync(Path.Combine(_cli.Data, "admin.token"))).Trim());
        var answer = await client.PostAsJsonAsync("/api/v1/runs", new { text = Blueprint });
        Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
        return JsonDocument.Parse(await answer.Content.ReadAsStringAsync()).RootElement.GetProperty("runId").GetString()!;
    }

    private static async Task<int> TerminateAsync(Process process)
    {
        using var kill = Process.Start("kill", ["-TERM", process.Id.ToString(CultureInfo.InvariantCulture)]);
        await process.WaitForExitAsync().WaitAsync(Limit);
        Assert.Contains("stopping", await process.StandardOutput.ReadToEndAsync(), StringComparison.Ordinal);
        return process.ExitCode;
    }

    private async Task<string> StatusAsync(string runId) =>
        JsonDocument.Parse((await _cli.RunAsync("runs", "show", runId, "--json")).Output).RootElement.GetProperty("status").GetString()!;
}
