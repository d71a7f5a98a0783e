using Orchestrator.Activities.Targets;
using Orchestrator.Engine;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.EndToEnd.Tests.Shipped;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;
using Orchestrator.Testing;
using Orchestrator.Testing.Lab;
using Orchestrator.Testing.Storage;

namespace Orchestrator.EndToEnd.Tests.Undo;

/// <summary>
/// A real rollback with a crash at every commit of the run, before and after it took effect: files, folders, links and firewall rules are afterwards as they were, whoever made them. The
/// crash that hurts lies between a change and its outcome: the step that runs again finds all so already. ORC_CRASHES=all also dies after each commit took effect, which is nearly the same as
/// before the next.
/// </summary>
public sealed class RollbackAfterCrashTests
{
    private const string Blueprint = """
        blueprint: undone
        inputs:
          folder: {type: string}
          netns: {type: string}
        targets:
          space: {local: {netns: "${{ inputs.netns }}"}}
        onFailure: rollback
        defaults: {env: {ORCHESTRATOR_STATE: "${{ inputs.folder }}/.state"}}
        steps:
          - id: folders
            uses: file.mkdir
            with: {path: "${{ inputs.folder }}/was/new/deep"}
          - id: replaced
            uses: file.write
            with: {path: "${{ inputs.folder }}/was/old", content: changed, mode: "0600"}
          - id: fresh
            uses: file.write
            with: {path: "${{ inputs.folder }}/was/new/fresh", content: here}
          - id: merged
            uses: file.merge
            with: {path: "${{ inputs.folder }}/was/settings.ini", format: ini, values: {server: {port: "81"}}}
          - id: key
            uses: ssh.authorize
            with: {path: "${{ inputs.folder }}/was/keys", keys: ["ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJ8mSAG7pZzWnK4dMBwxX0cVZzC0Yy3uJ8pL2QmYhN5x ours"]}
          - id: ports
            uses: firewall.open
            target: space
            with: {ports: [80/tcp, 443/tcp]}
          - id: bridge
            uses: network.bridge
            target: space
            with: {name: br-undo, kind: kernel}
          - id: address
            uses: network.address
            target: space
            with: {interface: lo, addresses: [10.77.0.1/32]}
          - id: large
            uses: network.mtu
            target: space
            with: {interface: lo, mtu: 9000}
          - id: last
            run: exit 1
            effect: read
            retry: {max: 0}
        """;

    private static readonly CommitFault[] Faults = Environment.GetEnvironmentVariable("ORC_CRASHES") == "all" ? [CommitFault.Before, CommitFault.After] : [CommitFault.Before];

    [LabFact("ip", "nft")]
    public async Task Rollback_CrashAtEveryCommit_LeavesTheWorldAsItWas()
    {
        await using var space = await NetworkNamespace.CreateAsync();
        using var folder = new TemporaryFolder();
        await PrepareAsync(space, folder.Path);
        var before = await SnapshotAsync(space, folder.Path);

        var (commits, plain) = await PlayAsync(space, folder.Path, new FaultPlan());
        Assert.Equal(RunStatus.Failed, plain.Status);
        Assert.Equal(before, await SnapshotAsync(space, folder.Path));
        Assert.InRange(commits, 20, 200);

        for (var commit = 1; commit <= commits; commit++)
        {
            foreach (var fault in Faults)
            {
                var (_, run) = await PlayAsync(space, folder.Path, new FaultPlan { Crashes = new Dictionary<int, CommitFault> { [commit] = fault } });
                Assert.True(run.Failure!.Code == "run.exit", $"crash {fault} commit {commit}: {run.Failure}");
                var after = await SnapshotAsync(space, folder.Path);
                Assert.True(before == after, $"crash {fault} commit {commit} of {commits}:\nbefore:\n{before}\nafter:\n{after}");
            }
        }
    }

    private static async Task<(int Commits, RunView Run)> PlayAsync(NetworkNamespace space, string folder, FaultPlan plan)
    {
        var store = new FaultyStore(plan);
        var run = await LiveAsync(store, space, folder);
        if (run is not null) return (store.Commits, run);
        run = await LiveAsync(store.Restart(new FaultPlan()), space, folder);
        return (store.Commits, run ?? throw new InvalidOperationException("the second life has no crash"));
    }

    /// <summary>One life of an engine: the run as it ended, or null when the process died before.</summary>
    private static async Task<RunView?> LiveAsync(FaultyStore store, NetworkNamespace space, string folder)
    {
        var inputs = Value.Map(("folder", Value.Of(folder)), ("netns", Value.Of(space.Name)));
        try
        {
            await using var engine = await WorkflowEngine.OpenAsync(
                new EngineOptions
                {
                    Store = store, Activities = Builtin.Catalog, OpenTarget = BuiltinTargets.OpenAsync, Seal = new SecretSeal(text => [.. text.Select(letter => (byte)letter)], bytes => string.Concat(bytes.Select(one => (char)one))),
                }, CancellationToken.None);
            var started = await engine.StartAsync(new StartRun(Builtin.CompileClean("undone.yaml", Blueprint), inputs, "the-run"), CancellationToken.None);
            var ended = engine.WaitAsync(started.RunId, CancellationToken.None);
            return await Task.WhenAny(ended, store.Crashed) == ended ? await ended : null;
        }
        catch (Exception) when (store.Crashed.IsCompleted)
        {
            return null;
        }
    }

    private static async Task PrepareAsync(NetworkNamespace space, string folder)
    {
        Directory.CreateDirectory($"{folder}/was");
        await File.WriteAllTextAsync($"{folder}/was/old", "as it was");
        await File.WriteAllTextAsync($"{folder}/was/settings.ini", "[server]\nport = 80\nname = kept\n");
        await File.WriteAllTextAsync($"{folder}/was/keys", "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIAAAAG7pZzWnK4dMBwxX0cVZzC0Yy3uJ8pL2QmYhN5x theirs\n");
        await Tool.RunAsync("chmod", "600", $"{folder}/was/keys");
        // Port 80 was opened before by somebody else with our own tool: the rollback must not close it.
        await File.WriteAllTextAsync($"{folder}/rules", """
            table inet theirs {
              chain input {
                type filter hook input priority filter; policy drop;
                tcp dport 80 accept comment "orchestrator:80/tcp"
                tcp dport 22 accept
              }
            }
            """);
        await space.RunAsync("nft", "-f", $"{folder}/rules");
    }

    private static async Task<string> SnapshotAsync(NetworkNamespace space, string folder) =>
        await Tool.RunAsync("sh", "-c", "cd \"$1\" && find . -printf '%p %y %m\\n' | sort && find . -type f | sort | xargs sha256sum", "snapshot", $"{folder}/was")
        + await space.RunAsync("nft", "list", "ruleset")
        + await space.RunAsync("ip", "-o", "link")
        + await space.RunAsync("ip", "-br", "addr");
}
