using System.Globalization;
using Orchestrator.Model.Targets;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;

namespace Orchestrator.Activities.Targets;

/// <summary>This machine, or one network namespace of it: programs and TCP streams are in the namespace, files and unix sockets are the machine's.</summary>
internal sealed class LocalTarget : Target
{
    /// <summary>The namespace's file, for example <c>/run/netns/lab</c>; null = the machine's own network.</summary>
    public string? NetworkNamespace { get; init; }

    public override string Kind => "local";

    public override string Address => NetworkNamespace is { } path ? $"this machine, network namespace {Path.GetFileName(path)}" : "this machine";

    public override Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken) =>
        LocalProcess.RunAsync(Placed(command), cancellationToken);

    public override Task<TargetFile?> ReadFileAsync(string path, CancellationToken cancellationToken) => LocalFiles.ReadAsync(path, cancellationToken);

    public override Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, FileAttributes attributes, CancellationToken cancellationToken) =>
        LocalFiles.WriteAsync(path, stream => stream.WriteAsync(content, cancellationToken).AsTask(), attributes);

    public override async Task UploadAsync(string localPath, string path, FileAttributes attributes, CancellationToken cancellationToken)
    {
        var source = LocalSource.Open(localPath);
        await using (source.ConfigureAwait(false))
            await LocalFiles.WriteAsync(path, stream => source.CopyToAsync(stream, cancellationToken), attributes).ConfigureAwait(false);
    }

    public override Task<Stream> OpenStreamAsync(StreamAddress address, CancellationToken cancellationToken) =>
        LocalSockets.OpenAsync(address, NetworkNamespace, cancellationToken);

    public override ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>The command with what puts it into the namespace and gives it its user in front; each of these replaces itself by the next.</summary>
    private Command Placed(Command command)
    {
        List<string> arguments = [];
        if (NetworkNamespace is { } path) arguments.AddRange(["nsenter", $"--net={path}", "--"]);
        if (command.User is null) return command with { Arguments = [.. arguments, .. command.Arguments] };

        var (user, group, home) = Owners.User(command.User);
        arguments.AddRange(["setpriv", Number("--reuid", user), Number("--regid", group), "--init-groups", "--"]);
        var environment = new Dictionary<string, string> { ["HOME"] = home, ["USER"] = command.User, ["LOGNAME"] = command.User };
        foreach (var (name, value) in command.Environment) environment[name] = value;
        return command with { Arguments = [.. arguments, .. command.Arguments], Environment = environment, User = null };
    }

    private static string Number(string option, uint id) => string.Create(CultureInfo.InvariantCulture, $"{option}={id}");
}
