using System.Text;
using Orchestrator.Activities.Files;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Hosts;

/// <summary>Kernel parameters.</summary>
[Activity("host.sysctl", Effect.Idempotent, "Make sure kernel parameters have these values.", HasUndo = true, Remarks = """
    With `file` the values are also written there (`key = value` lines; other lines stay), so that they hold after a restart when the target reads that file at boot. Undo sets
    the parameters and the file back. Fails with `host.sysctlUnknown` for a parameter the kernel does not have and `host.sysctlRefused` when it takes no such value; nothing is
    changed when a parameter is unknown.
    """, Example = """
    - id: forwarding
      uses: host.sysctl@1
      with:
        values: {net.ipv4.ip_forward: "1"}
        file: /etc/sysctl.d/60-orchestrator.conf
      target: node
    """)]
internal sealed class HostSysctl : Activity<HostSysctl.Input, HostSysctl.Output>
{
    internal sealed record Input
    {
        [Field("Parameters and their values, for example `net.ipv4.ip_forward: \"1\"`.")]
        public required IReadOnlyDictionary<string, string> Values { get; init; }

        [Field("Absolute path of a file that keeps them. When absent they last until the target restarts.", Format = "path")]
        public string? File { get; init; }
    }

    internal sealed record Output
    {
        [Field("The values before this step, of the parameters it changed.")]
        public IReadOnlyDictionary<string, string> Previous { get; init; } = new Dictionary<string, string>();

        [Field("What this step did to the file; null when nothing.")]
        public WrittenFile? File { get; init; }
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var previous = await DifferentAsync(input, context, cancellationToken).ConfigureAwait(false);
        var file = await FileAsync(input, context, cancellationToken).ConfigureAwait(false) is { } wanted ? await FileChange.CheckAsync(wanted, context, cancellationToken).ConfigureAwait(false) : null;
        Change[] changes = [.. previous.Select(entry => new Change(entry.Key, entry.Value, Plain(input.Values[entry.Key]))), .. file?.Changes ?? []];
        return changes.Length == 0 ? Check<Output>.Satisfied(new Output()) : Check<Output>.Differs(changes) with
        {
            Intent = Value.Map(("previous", Value.Map(previous.Select(entry => (entry.Key, (Value)Value.Of(entry.Value))))), ("file", file?.Intent ?? Value.Null)),
        };
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var previous = await DifferentAsync(input, context, cancellationToken).ConfigureAwait(false);
        foreach (var (key, _) in previous) await SetAsync(key, input.Values[key], context, cancellationToken).ConfigureAwait(false);
        WrittenFile? written = null;
        if (await FileAsync(input, context, cancellationToken).ConfigureAwait(false) is { } file
            && (await FileChange.CheckAsync(file, context, cancellationToken).ConfigureAwait(false)).State == CheckState.Differs)
            written = (await FileChange.ApplyAsync(file, createFolders: true, context, cancellationToken).ConfigureAwait(false)).Output;
        return Outcome<Output>.Changes(new Output { Previous = previous, File = written });
    }

    protected override async Task UndoAsync(Input input, Output output, ActivityContext context, CancellationToken cancellationToken)
    {
        foreach (var (key, value) in output.Previous) await SetAsync(key, value, context, cancellationToken).ConfigureAwait(false);
        if (output.File is { } file) await FileChange.UndoAsync(file, context, cancellationToken).ConfigureAwait(false);
    }

    /// <summary>The parameters that have another value now, with that value.</summary>
    private static async Task<Dictionary<string, string>> DifferentAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        // A dot inside a name (an interface `eth0.1`) is written with slashes, as sysctl has it: net/ipv4/conf/eth0.1/forwarding.
        const string script = """
            for key; do
              case $key in */*) path=/proc/sys/$key;; *) path=/proc/sys/$(printf %s "$key" | tr . /);; esac
              [ -r "$path" ] || { echo "$key" >&2; exit 3; }
              tr '\t\n' '  ' <"$path"; echo
            done
            """;
        string[] keys = [.. input.Values.Keys];
        var read = await context.ScriptAsync(script, keys, cancellationToken).ConfigureAwait(false);
        if (read.ExitCode == 3) throw new FailureException("host.sysctlUnknown", FailureKind.Permanent, $"the target's kernel has no parameter {read.Error.Trim()}");
        var values = read.OrFail("host.sysctlUnreadable", "cannot read kernel parameters").Output.Split('\n');
        return Enumerable.Range(0, keys.Length).Where(i => Plain(values[i]) != Plain(input.Values[keys[i]])).ToDictionary(i => keys[i], i => Plain(values[i]));
    }

    private static async Task SetAsync(string key, string value, ActivityContext context, CancellationToken cancellationToken)
    {
        const string script = """
            case $1 in */*) path=/proc/sys/$1;; *) path=/proc/sys/$(printf %s "$1" | tr . /);; esac
            printf '%s\n' "$2" >"$path"
            """;
        (await context.ScriptAsync(script, [key, value], cancellationToken).ConfigureAwait(false)).OrFail("host.sysctlRefused", $"cannot set {key} to {value}");
    }

    private static async Task<FileState?> FileAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        if (input.File is null) return null;
        var text = (await context.Target.ReadFileAsync(input.File, cancellationToken).ConfigureAwait(false))?.Text ?? "";
        var kept = text.Split('\n').Where(line => !input.Values.ContainsKey(line.Split('=')[0].Trim().TrimStart('-'))).ToList();
        if (kept.Count > 0 && kept[^1].Length == 0) kept.RemoveAt(kept.Count - 1);
        var lines = kept.Concat(input.Values.Select(entry => $"{entry.Key} = {Plain(entry.Value)}"));
        var isThere = input.Values.All(entry => text.Split('\n').Contains($"{entry.Key} = {Plain(entry.Value)}"));
        return new FileState(input.File, Encoding.UTF8.GetBytes(isThere ? text : string.Join('\n', lines) + "\n"), null, null);
    }

    private static string Plain(string value) => string.Join(' ', value.Split((char[])[' ', '\t', '\n'], StringSplitOptions.RemoveEmptyEntries));
}
