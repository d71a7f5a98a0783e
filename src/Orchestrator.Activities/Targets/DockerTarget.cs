using System.Globalization;
using Orchestrator.Activities.Containers;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;

namespace Orchestrator.Activities.Targets;

/// <summary>A running container, by the Docker engine of this machine or of a host. Files need a POSIX shell and its small programs in it.</summary>
internal sealed class DockerTarget(Target host, bool ownsHost, string socketPath, string container) : Target
{
    private readonly DockerClient _docker = new(host, socketPath);

    public override string Kind => "docker";

    public override string Address => $"container {container} on {host.Address}";

    public override async Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken)
    {
        var lines = command.OnLine is { } onLine ? LocalProcess.OneAtATime(onLine) : null;
        var output = new CapturedOutput(lines);
        var (code, said) = await RunAsync(command, lines, null, output, cancellationToken).ConfigureAwait(false);
        // What could not be started at all is the engine's message, on the program's output, with a code of its own.
        return code is 126 or 127 && output.Text.StartsWith("OCI runtime exec failed", StringComparison.Ordinal)
            ? new CommandResult(output.Text.Contains("not found", StringComparison.Ordinal) || output.Text.Contains("no such file", StringComparison.Ordinal) ? 127 : 126, "", output.Text)
            : new CommandResult(code, output.Text, said);
    }

    public override Task<TargetFile?> ReadFileAsync(string path, CancellationToken cancellationToken) => Files.ReadAsync(path, cancellationToken);

    public override Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, FileAttributes attributes, CancellationToken cancellationToken) =>
        Files.WriteAsync(path, content, attributes, cancellationToken);

    public override Task UploadAsync(string localPath, string path, FileAttributes attributes, CancellationToken cancellationToken) =>
        Files.UploadAsync(localPath, path, attributes, cancellationToken);

    public override async Task<Stream> OpenStreamAsync(StreamAddress address, CancellationToken cancellationToken)
    {
        var found = (await _docker.GetAsync($"containers/{Uri.EscapeDataString(container)}/json", cancellationToken).ConfigureAwait(false))
            .OrFail("container.notFound", $"cannot look at container {container}");
        var pid = found["State"]!["Pid"]!.GetValue<int>();
        if (pid == 0) throw new FailureException("container.notRunning", FailureKind.Transient, $"container {container} does not run");
        var process = string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}");
        if (address.SocketPath is { } path) return await host.OpenStreamAsync(StreamAddress.Unix($"{process}/root{path}"), cancellationToken).ConfigureAwait(false);
        if (host is LocalTarget) return await LocalSockets.OpenAsync(address, $"{process}/ns/net", cancellationToken).ConfigureAwait(false);

        return await ContainerStream.OpenAsync(_docker, container, address, cancellationToken).ConfigureAwait(false);
    }

    public override async ValueTask DisposeAsync()
    {
        _docker.Dispose();
        if (ownsHost) await host.DisposeAsync().ConfigureAwait(false);
    }

    private ShellFiles Files => new((command, input, output, cancellation) => RunAsync(command, null, input, output, cancellation), Address);

    private async Task<(int Code, string Error)> RunAsync(
        Command command, Action<string>? onErrorLine, Stream? input, CapturedOutput output, CancellationToken cancellationToken)
    {
        var error = new CapturedOutput(onErrorLine);
        var code = await ContainerExecution.RunAsync(_docker, container, command, input, output, error, cancellationToken).ConfigureAwait(false);
        // The engine reports a program that could not be started on the program's own output.
        if (code is 126 or 127 && output.Text.Contains("chdir to cwd", StringComparison.Ordinal))
            throw new FailureException("command.folderMissing", FailureKind.Permanent, $"cannot run {command} in {command.WorkingDirectory} of {Address}: no such folder");
        return (code, error.Text);
    }
}
