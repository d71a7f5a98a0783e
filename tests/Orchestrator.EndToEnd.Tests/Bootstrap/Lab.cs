using System.Diagnostics;
using System.Text.Json;
using Orchestrator.EndToEnd.Tests.Layout;

namespace Orchestrator.EndToEnd.Tests.Bootstrap;

/// <summary>
/// The lab of the demo, raised once for all tests of the collection and removed afterwards, also after a failure: a bare host, a git server and a token issuer in network
/// namespaces, driven by the published binary exactly as `./demo` does it.
/// </summary>
public sealed class Lab : IAsyncLifetime
{
    private readonly string _prefix = $"orct{Environment.ProcessId % 100000}";

    public string Prefix => _prefix;

    public string Folder { get; } = $"/var/lib/orct-{Environment.ProcessId}";

    public async Task InitializeAsync()
    {
        // ORC_PUBLISHED=1 takes what lies in the artifacts folder, to try tests again quickly.
        (await BashAsync(Environment.GetEnvironmentVariable("ORC_PUBLISHED") == "1" ? "lab_up" : "lab_build && lab_up")).OrThrow();
    }

    public async Task DisposeAsync() => (await BashAsync("lab_down")).OrThrow();

    /// <summary>Runs a script that knows the functions of blueprints/lab/lab.sh.</summary>
    public Task<Ran> BashAsync(string script) => RunAsync(BashStart(script));

    /// <summary>Starts such a script and gives the process, in a session of its own, to be killed.</summary>
    public Process StartBash(string script) => Process.Start(BashStart(script))!;

    /// <summary>Runs the command line in the operator's namespace.</summary>
    public Task<Ran> CliAsync(params string[] arguments) => BashAsync("lab_cli " + Quote(arguments));

    /// <summary>Runs autosetup with the lab's inputs.</summary>
    public Task<Ran> AutosetupAsync(params string[] arguments) => BashAsync("lab_autosetup " + Quote(arguments));

    /// <summary>Runs a program in one of the lab's namespaces: operator, node or forge.</summary>
    public Task<Ran> InAsync(string place, params string[] arguments) => BashAsync($"nsenter --net=/run/netns/{_prefix}-{place} {Quote(arguments)}");

    public Task<Ran> DockerAsync(params string[] arguments) => BashAsync($"docker -H unix://{Folder}/node/docker.sock {Quote(arguments)}");

    public Task<Ran> GitAsync(params string[] arguments) => BashAsync($"git -c safe.directory='*' -C {Folder}/forge/upstream.git {Quote(arguments)}");

    /// <summary>Forgets everything autosetup did, so that it starts from a bare host again; the lab itself stays.</summary>
    /// <param name="authoriseAfter">How long after the deploy key exists it may push.</param>
    public async Task ResetAsync(string authoriseAfter = "3s")
    {
        (await BashAsync($"lab_authorise_after={authoriseAfter}; lab_reset")).OrThrow();
    }

    /// <summary>Runs the command line there with inputs of autosetup, for any blueprint that takes them.</summary>
    public Process StartAutosetup(params string[] arguments) => StartBash($"lab_autosetup {Quote(arguments)} >/dev/null 2>&1");

    /// <summary>Process ids of our program in the operator's namespace.</summary>
    public async Task<int[]> EnginesAsync() =>
        [.. (await BashAsync("lab_engines")).OrThrow().Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => int.Parse(line, System.Globalization.CultureInfo.InvariantCulture))];

    private ProcessStartInfo BashStart(string script)
    {
        var start = new ProcessStartInfo("bash", ["-c", $"set -euo pipefail; . ./blueprints/lab/lab.sh; {script}"])
        {
            WorkingDirectory = Repository.Root, RedirectStandardOutput = true, RedirectStandardError = true,
        };
        start.Environment["ORCHESTRATOR_LAB"] = Folder;
        start.Environment["ORCHESTRATOR_LAB_PREFIX"] = _prefix;
        start.Environment["ORCHESTRATOR_LAB_AUTHORISE_AFTER"] = "3s";
        return start;
    }

    private static async Task<Ran> RunAsync(ProcessStartInfo start)
    {
        using var process = Process.Start(start)!;
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        await process.WaitForExitAsync();
        return new Ran(process.ExitCode, await output, await error);
    }

    private static string Quote(IEnumerable<string> arguments) =>
        string.Join(' ', arguments.Select(argument => $"'{argument.Replace("'", "'\\''", StringComparison.Ordinal)}'"));
}

/// <summary>What a program did.</summary>
public sealed record Ran(int Code, string Output, string Error)
{
    public Ran OrThrow() => Code == 0 ? this : throw new InvalidOperationException($"exit code {Code}\n{Output}\n{Error}");

    public IEnumerable<JsonElement> JsonLines() =>
        Output.Split('\n', StringSplitOptions.RemoveEmptyEntries).Where(line => line.StartsWith('{')).Select(line => JsonDocument.Parse(line).RootElement);
}

[CollectionDefinition("lab")]
public sealed class LabCollection : ICollectionFixture<Lab>;
