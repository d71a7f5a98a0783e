using System.Globalization;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;

namespace Orchestrator.Activities.Targets;

/// <summary>A host over SSH, by the OpenSSH client. It needs a POSIX shell and the usual small programs (coreutils or busybox) there.</summary>
internal sealed class SshTarget(SshSettings settings, bool ownsJump) : Target
{
    private static readonly TimeSpan StartPatience = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan EndPatience = TimeSpan.FromSeconds(10);

    public SshConnection Connection { get; } = new(settings);

    public override string Kind => "ssh";

    public override string Address => Connection.Address;

    public override async Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken)
    {
        var lines = command.OnLine is { } onLine ? LocalProcess.OneAtATime(onLine) : null;
        var output = new CapturedOutput(lines);
        var (code, said) = await RunAsync(command, lines, null, output, cancellationToken).ConfigureAwait(false);
        return new CommandResult(code, output.Text, said);
    }

    public override Task<TargetFile?> ReadFileAsync(string path, CancellationToken cancellationToken) => Files.ReadAsync(path, cancellationToken);

    public override Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, FileAttributes attributes, CancellationToken cancellationToken) =>
        Files.WriteAsync(path, content, attributes, cancellationToken);

    public override Task UploadAsync(string localPath, string path, FileAttributes attributes, CancellationToken cancellationToken) =>
        Files.UploadAsync(localPath, path, attributes, cancellationToken);

    public override async Task<Stream> OpenStreamAsync(StreamAddress address, CancellationToken cancellationToken)
    {
        if (address.SocketPath is { } path)
        {
            var local = await Connection.ForwardAsync(path, cancellationToken).ConfigureAwait(false);
            return await LocalSockets.OpenAsync(StreamAddress.Unix(local), null, cancellationToken).ConfigureAwait(false);
        }

        var far = string.Create(CultureInfo.InvariantCulture, $"[{address.Host}]:{address.Port}");
        var client = await Connection.ClientAsync(["-W", far], cancellationToken).ConfigureAwait(false);
        return new ProcessStream(LocalProcess.Start(new Command(client)), $"{address} from {Address}");
    }

    /// <summary>
    /// A TCP connection from inside a network namespace of the far side (a container's, by its process): sshd's own forwarding knows only its own. bash there makes it and says `c`
    /// once it is connected, so that a refused connection is told from a silent one.
    /// When either side ends, its process group (sshd gives each command one) ends with it.
    /// </summary>
    public async Task<Stream> OpenInNetworkAsync(StreamAddress address, string netns, CancellationToken cancellationToken)
    {
        const string script = """exec 3<>"/dev/tcp/$1/$2" 4<&0 || exit 1; printf c; { cat <&4 >&3; kill 0; } & cat <&3; kill 0""";
        var port = address.Port.ToString(CultureInfo.InvariantCulture);
        var client = await Connection.ClientAsync([], cancellationToken).ConfigureAwait(false);
        var connect = PosixShell.Quote(["nsenter", $"--net={netns}", "bash", "-c", script, "connect", address.Host!, port]);
        var stream = new ProcessStream(LocalProcess.Start(new Command([.. client, connect])), $"{address} from {Address}");
        try
        {
            if (await stream.ReadAsync(new byte[1], cancellationToken).ConfigureAwait(false) == 1) return stream;
            throw new FailureException("target.unreachable", FailureKind.Transient, $"nothing accepts on {address} in {netns} of {Address}");
        }
        catch
        {
            await stream.DisposeAsync().ConfigureAwait(false);
            throw;
        }
    }

    public override async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync().ConfigureAwait(false);
        if (ownsJump && settings.Jump is { } jump) await jump.DisposeAsync().ConfigureAwait(false);
    }

    private ShellFiles Files => new((command, input, output, cancellation) => RunAsync(command, null, input, output, cancellation), Address);

    /// <summary>Runs on the far side; returns the exit code and what the program wrote on standard error.</summary>
    private async Task<(int Code, string Error)> RunAsync(
        Command command, Action<string>? onErrorLine, Stream? input, CapturedOutput output, CancellationToken cancellationToken)
    {
        var client = await Connection.ClientAsync([], cancellationToken).ConfigureAwait(false);
        var mark = $"orc-{Guid.NewGuid():N}";
        var remote = new Command([.. client, PosixShell.Quote(Placed(command, mark))]) { StandardInput = PosixShell.Preamble(command, mark) };
        var error = new MarkedOutput(mark, onErrorLine);
        using var stop = new CancellationTokenSource();
        var running = LocalProcess.RunAsync(remote, input, output, error.Output, stop.Token);
        try
        {
            var code = await running.WaitAsync(cancellationToken).ConfigureAwait(false);
            if (error.FolderMissing) throw new FailureException("command.folderMissing", FailureKind.Permanent, $"cannot run {command} in {command.WorkingDirectory} on {Address}: no such folder");
            if (code == 255 && !error.Confirmed) throw Connection.Failed(error.Text, error.Group.IsCompleted);
            return (code, error.Text);
        }
        catch (OperationCanceledException)
        {
            await EndAsync(error.Group).ConfigureAwait(false);
            await stop.CancelAsync().ConfigureAwait(false);
            await ((Task)running).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }

    /// <summary>The local client's death would not stop the program: its process group there gets the signals.</summary>
    private async Task EndAsync(Task<int> group)
    {
        try
        {
            var id = await group.WaitAsync(StartPatience, TimeProvider.System).ConfigureAwait(false);
            using var patience = new CancellationTokenSource(EndPatience, TimeProvider.System);
            var client = await Connection.ClientAsync([], patience.Token).ConfigureAwait(false);
            string[] end = [.. Sudo, "sh", "-c", PosixShell.EndGroup, "orchestrator", id.ToString(CultureInfo.InvariantCulture)];
            await LocalProcess.RunAsync(new Command([.. client, PosixShell.Quote(end)]), patience.Token).ConfigureAwait(false);
        }
        catch (Exception problem) when (problem is TimeoutException or OperationCanceledException or FailureException)
        {
            // Not started, or not reachable any more: nothing can be done from here.
        }
    }

    private string[] Sudo => settings.Sudo ? ["sudo", "-n", "--"] : [];

    private IEnumerable<string> Placed(Command command, string mark)
    {
        string[] wrapped = ["orchestrator", mark, .. command.Arguments];
        return command.User is { } user && user != (settings.Sudo ? "root" : settings.User)
            ? [.. Sudo, "su", "-s", "/bin/sh", "-c", PosixShell.Wrapper, "--", user, .. wrapped]
            : [.. Sudo, "sh", "-c", PosixShell.Wrapper, .. wrapped];
    }
}
