using System.Collections.Concurrent;
using Orchestrator.Activities.Targets;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;
using Orchestrator.Testing;

namespace Orchestrator.Activities.Tests.Processes;

/// <summary>This machine (or a network namespace of it) with a temporary folder, which also holds the target's state folder.</summary>
internal sealed class Workplace : IDisposable
{
    private readonly LocalTarget _target;

    public Workplace(string? networkNamespace = null) =>
        _target = new LocalTarget { Name = "local", NetworkNamespace = networkNamespace is null ? null : $"/run/netns/{networkNamespace}" };

    public string Folder { get; } = Directory.CreateTempSubdirectory("orc-").FullName;

    public ConcurrentQueue<string> Log { get; } = new();

    public Dictionary<string, string> Environment { get; } = [];

    public string this[string name] => Path.Combine(Folder, name);

    public ActivityContext Context(string step = "step", int attempt = 1, Effect? effect = null) =>
        ActivityContexts.For(_target, Log, step: step, attempt: attempt) with
        {
            Effect = effect,
            Environment = Environment.Append(new("ORCHESTRATOR_STATE", this["state"])).ToDictionary(entry => entry.Key, entry => Secret.FromPlainText(entry.Value)),
        };

    public async Task<(Value Output, bool Changed)> RunAsync(Activity activity, MapValue input, ActivityContext? context = null)
    {
        var result = await activity.ExecuteAsync(input, context ?? Context(), CancellationToken.None);
        Assert.Equal(ActivityResultKind.Done, result.Kind);
        return (result.Output!, result.Changed);
    }

    public async Task<Failure> FailAsync(Activity activity, MapValue input, ActivityContext? context = null) =>
        (await Assert.ThrowsAsync<FailureException>(() => activity.ExecuteAsync(input, context ?? Context(), CancellationToken.None))).Failure;

    public Task<Check<Value>> PlanAsync(Activity activity, MapValue input) => activity.PlanAsync(input, Context(), CancellationToken.None);

    public async Task<string> ShellAsync(string script)
    {
        var result = await _target.RunAsync(new Model.Targets.Command("sh", "-c", script), CancellationToken.None);
        Assert.True(result.Ok, $"{script}: {result.Error}");
        return result.Output.Trim();
    }

    public void Dispose()
    {
        // What a failed test left running under a supervisor ends with the folder. By the system call: the program `kill` takes `-123` for `-1`.
        foreach (var owner in new DirectoryInfo(Folder).EnumerateFileSystemInfos("owner", SearchOption.AllDirectories))
        {
            if (owner.LinkTarget?.Split(':') is [var number, var started] && int.TryParse(number, out var pid) && pid > 1 && pid != System.Environment.ProcessId
                && File.Exists($"/proc/{pid}/stat") && File.ReadAllText($"/proc/{pid}/stat").Split(' ')[^31] == started)
                Libc.SignalGroup(pid, Libc.Kill);
        }

        Directory.Delete(Folder, recursive: true);
    }
}
