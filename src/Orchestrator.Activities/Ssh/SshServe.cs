using System.Text;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;

namespace Orchestrator.Activities.Ssh;

[Activity(
    "ssh.serve", Effect.Idempotent, "Make sure that an OpenSSH server answers on the target, also where there is no service manager.",
    HasUndo = true,
    Remarks = """
        Writes the configuration and a host key of its own into `folder`, has `sshd -t` check it, starts `sshd` in the background and waits for its greeting. A changed configuration
        restarts it; sessions go on. Only public keys log in (see ssh.authorize). It does not outlive a restart of the target. Failures: `ssh.serveInvalid`, `ssh.serveFailed`. The undo stops it.
        """,
    Example = """
        - id: sshd
          target: node
          uses: ssh.serve
          with:
            port: 2222
        """)]
internal sealed class SshServe : Activity<SshServeInput, SshServeOutput>
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(50);
    private static readonly int PrivateMode = Convert.ToInt32("600", 8);

    /// <summary>Parameters: pid file, configuration. True when the process of the pid file is an sshd on this configuration.</summary>
    private const string Runs = """
        p=$(cat "$1" 2>/dev/null) && [ -r "/proc/$p/cmdline" ] && tr '\0' ' ' <"/proc/$p/cmdline" | grep -qF -- "$2"
        """;

    /// <summary>Likewise; ends that process and no other.</summary>
    private const string Stop = """
        p=$(cat "$1" 2>/dev/null) || exit 0
        runs() { [ -r "/proc/$p/cmdline" ] && tr '\0' ' ' <"/proc/$p/cmdline" | grep -qF -- "$1"; }
        runs "$2" || exit 0
        kill -s TERM "$p"
        i=0
        while [ $i -lt 50 ] && runs "$2"; do sleep 0.1; i=$((i+1)); done
        """;

    protected override async Task<Check<SshServeOutput>> CheckAsync(SshServeInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var files = new ServeFiles(input);
        var what = $"sshd on {input.Listen}:{input.Port}";
        var config = await context.Target.ReadFileAsync(files.Config, cancellationToken).ConfigureAwait(false);
        if (config?.Text != files.Text) return Check<SshServeOutput>.Differs(new Change(what, config is null ? null : "another configuration", "answering"));
        if (!(await RunAsync(Runs, files, context, cancellationToken).ConfigureAwait(false)).Ok) return Check<SshServeOutput>.Differs(new Change(what, "not running", "answering"));
        try
        {
            await SshBanner.ReadAsync(context.Target, files.Reachable, input.Port, Patience, context.Time, cancellationToken).ConfigureAwait(false);
        }
        catch (FailureException problem) when (problem.Failure.IsRetryable)
        {
            return Check<SshServeOutput>.Differs(new Change(what, problem.Failure.Message, "answering"));
        }

        return Check<SshServeOutput>.Satisfied(await DescribeAsync(files, context, cancellationToken).ConfigureAwait(false));
    }

    protected override async Task<Outcome<SshServeOutput>> ApplyAsync(SshServeInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var files = new ServeFiles(input);
        var target = context.Target;
        await DoAsync("cannot make its folder", "mkdir", "-p", "--", input.Folder, "/run/sshd").ConfigureAwait(false);
        if (await target.ReadFileAsync(files.HostKey, cancellationToken).ConfigureAwait(false) is null)
            await DoAsync("cannot make a host key", "ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "", "-f", files.HostKey).ConfigureAwait(false);
        var sshd = (await DoAsync($"there is no sshd on {target.Address}", "sh", "-c", "PATH=$PATH:/usr/sbin:/sbin; command -v sshd").ConfigureAwait(false)).Output.Trim();

        // Checked before the configuration that runs is replaced.
        var next = files.Config + ".new";
        await target.WriteFileAsync(next, Encoding.UTF8.GetBytes(files.Text), new FileAttributes(PrivateMode), cancellationToken).ConfigureAwait(false);
        (await target.RunAsync(new Command(sshd, "-t", "-f", next), cancellationToken).ConfigureAwait(false)).OrFail("ssh.serveInvalid", "sshd refuses the configuration");
        await RunAsync(Stop, files, context, cancellationToken).ConfigureAwait(false);
        await DoAsync($"cannot write {files.Config}", "mv", "-f", "--", next, files.Config).ConfigureAwait(false);
        await DoAsync("sshd does not start", sshd, "-f", files.Config, "-E", files.Log).ConfigureAwait(false);
        await AnswersAsync(files, context, cancellationToken).ConfigureAwait(false);
        return Outcome<SshServeOutput>.Changes(await DescribeAsync(files, context, cancellationToken).ConfigureAwait(false));

        async Task<CommandResult> DoAsync(string what, params IReadOnlyList<string> arguments) =>
            (await target.RunAsync(new Command(arguments), cancellationToken).ConfigureAwait(false)).OrFail("ssh.serveFailed", what);
    }

    protected override Task UndoAsync(SshServeInput input, SshServeOutput output, ActivityContext context, CancellationToken cancellationToken) =>
        RunAsync(Stop, new ServeFiles(input), context, cancellationToken);

    private static async Task AnswersAsync(ServeFiles files, ActivityContext context, CancellationToken cancellationToken)
    {
        var deadline = context.Time.GetUtcNow() + Patience;
        while (true)
        {
            try
            {
                await SshBanner.ReadAsync(context.Target, files.Reachable, files.Input.Port, Patience, context.Time, cancellationToken).ConfigureAwait(false);
                return;
            }
            catch (FailureException problem) when (problem.Failure.IsRetryable)
            {
                if (context.Time.GetUtcNow() > deadline)
                {
                    var log = (await context.Target.ReadFileAsync(files.Log, cancellationToken).ConfigureAwait(false))?.Text.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(20).ToArray() ?? [];
                    throw new FailureException(
                        new Failure("ssh.serveFailed", FailureKind.Transient, $"sshd does not answer on {files.Reachable}:{files.Input.Port}: {log.LastOrDefault() ?? problem.Failure.Message}", LogTail: log), problem);
                }
            }

            await Task.Delay(Pause, context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static Task<CommandResult> RunAsync(string script, ServeFiles files, ActivityContext context, CancellationToken cancellationToken) =>
        context.Target.RunAsync(new Command("sh", "-c", script, "orchestrator", files.Pid, files.Config), cancellationToken);

    private static async Task<SshServeOutput> DescribeAsync(ServeFiles files, ActivityContext context, CancellationToken cancellationToken)
    {
        var key = await context.Target.ReadFileAsync(files.HostKey + ".pub", cancellationToken).ConfigureAwait(false);
        return new SshServeOutput { Port = files.Input.Port, HostKey = string.Join(' ', (key?.Text.Trim() ?? "").Split(' ').Take(2)), Config = files.Config };
    }
}
