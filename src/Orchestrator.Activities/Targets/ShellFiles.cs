using System.Globalization;
using System.Text;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;

namespace Orchestrator.Activities.Targets;

/// <summary>Files of a place that is reached by running programs there: the fixed scripts of <see cref="PosixShell"/>.</summary>
/// <param name="run">Runs a command there with a stream as further input and returns its exit code and error output.</param>
/// <param name="address">The place, for messages.</param>
internal sealed class ShellFiles(Func<Command, Stream?, CapturedOutput, CancellationToken, Task<(int Code, string Error)>> run, string address)
{
    public async Task<TargetFile?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        var output = new CapturedOutput(null, LocalFiles.LargestRead + 1024);
        var command = Script(PosixShell.Read, path, LocalFiles.LargestRead.ToString(CultureInfo.InvariantCulture));
        var (code, said) = await run(command, null, output, cancellationToken).ConfigureAwait(false);
        if (code == 44) return null;
        if (code == 45) throw LocalFiles.TooLarge($"{path} on {address}");
        if (code != 0) throw new FailureException("file.denied", FailureKind.Permanent, $"cannot read {path} on {address}: {said.Trim()}");
        var end = output.Bytes.Span.IndexOf((byte)'\n');
        var head = Encoding.UTF8.GetString(output.Bytes.Span[..end]).Split(' ');
        return new TargetFile(output.Bytes[(end + 1)..].ToArray(), new FileAttributes(Convert.ToInt32(head[0], 8), head[1]));
    }

    public async Task WriteAsync(string path, ReadOnlyMemory<byte> content, FileAttributes attributes, CancellationToken cancellationToken)
    {
        using var stream = new MemoryStream(content.ToArray(), writable: false);
        await WriteAsync(path, stream, attributes, cancellationToken).ConfigureAwait(false);
    }

    public async Task UploadAsync(string localPath, string path, FileAttributes attributes, CancellationToken cancellationToken)
    {
        var source = LocalSource.Open(localPath);
        await using (source.ConfigureAwait(false)) await WriteAsync(path, source, attributes, cancellationToken).ConfigureAwait(false);
    }

    private async Task WriteAsync(string path, Stream content, FileAttributes attributes, CancellationToken cancellationToken)
    {
        var mode = attributes.Mode is { } bits ? Convert.ToString(bits, 8) : "";
        var command = Script(PosixShell.Write, path, mode, attributes.Owner ?? "", content.Length.ToString(CultureInfo.InvariantCulture));
        var (code, said) = await run(command, content, new CapturedOutput(null), cancellationToken).ConfigureAwait(false);
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
        throw new FailureException(reason, kind, $"cannot write {path} on {address}: {words}");
    }

    private static Command Script(string text, params IEnumerable<string> parameters) => new(["sh", "-c", text, "orchestrator", .. parameters]);
}
