using System.Globalization;
using System.Text;
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

    public override async Task<TargetFile?> ReadFileAsync(string path, CancellationToken cancellationToken)
    {
        var output = new CapturedOutput(null, LocalFiles.LargestRead + 1024);
        var command = Script(PosixShell.Read, path, LocalFiles.LargestRead.ToString(CultureInfo.InvariantCulture));
        var (code, said) = await RunAsync(command, null, null, output, cancellationToken).ConfigureAwait(false);
        if (code == 44) return null;
        if (code == 45) throw LocalFiles.TooLarge($"{path} on {Address}");
        if (code != 0) throw new FailureException("file.denied", FailureKind.Permanent, $"cannot read {path} on {Address}: {said.Trim()}");
        var end = output.Bytes.Span.IndexOf((byte)'\n');
        var head = Encoding.UTF8.GetString(output.Bytes.Span[..end]).Split(' ');
        return new TargetFile(output.Bytes[(end + 1)..].ToArray(), new FileAttributes(Convert.ToInt32(head[0], 8), head[1]));
    }

    public override async Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, FileAttributes attributes, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await SendAsync(stream, path, attributes, cancellationToken).ConfigureAwait(false);
    }

    public override async Task UploadAsync(string localPath, string path, FileAttributes attributes, CancellationToken cancellationToken)
    {
        var source = LocalSource.Open(localPath);
        await using (source.ConfigureAwait(false)) await SendAsync(source, path, attributes, cancellationToken).ConfigureAwait(false);
    }

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

    public override async ValueTask DisposeAsync()
    {
        await Connection.DisposeAsync().ConfigureAwait(false);
        if (ownsJump && settings.Jump is { } jump) await jump.DisposeAsync().ConfigureAwait(false);
    }

    private static Command Script(string text, params IEnumerable<string> parameters) => new(["sh", "-c", text, "orchestrator", .. parameters]);

    private async Task SendAsync(Stream content, string path, FileAttributes attributes, CancellationToken cancellationToken)
    {
        var mode = attributes.Mode is { } bits ? Convert.ToString(bits, 8) : "";
        var command = Script(PosixShell.Write, path, mode, attributes.Owner ?? "", content.Length.ToString(CultureInfo.InvariantCulture));
        var (code, said) = await RunAsync(command, null, content, new CapturedOutput(null), cancellationToken).ConfigureAwait(false);
        if (code == 0) return;
        var (reason, kind) = code switch
        {
            44 => ("file.folderMissing", FailureKind.Permanent),
            46 => ("file.ownerUnknown", FailureKind.Permanent),
            47 => ("file.cutOff", FailureKind.Transient),
            _ when said.Contains("denied", StringComparison.OrdinalIgnoreCase) => ("file.denied", FailureKind.Permanent),
            _ => ("file.io", FailureKind.Transient),
        };
        var words = code switch { 44 => "its folder does not exist", 47 => "the content arrived incomplete", _ => said.Trim() };
        throw new FailureException(reason, kind, $"cannot write {path} on {Address}: {words}");
    }

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
