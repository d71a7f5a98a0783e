using Orchestrator.Model.Failures;

namespace Orchestrator.Model.Targets;

/// <summary>
/// Where a step acts: this machine, a host over SSH, a container. Activities are written once against it. Safe for concurrent use. Trouble reaching it is a
/// <see cref="FailureException"/> with code <c>target.unreachable</c> (transient), <c>target.hostKey</c> or <c>target.auth</c> (permanent).
/// </summary>
public abstract class Target : IAsyncDisposable
{
    /// <summary>Its name in the blueprint, for example <c>node</c>; <c>local</c> for this machine.</summary>
    public required string Name { get; init; }

    /// <summary><c>local</c>, <c>ssh</c> or <c>docker</c>.</summary>
    public abstract string Kind { get; }

    /// <summary>For people, without secrets: <c>root@10.0.0.1:22</c>, <c>container orchestrator on root@10.0.0.1:22</c>.</summary>
    public abstract string Address { get; }

    /// <summary>
    /// Runs a program and waits for it. A non-zero exit code is a result, not an exception. Cancelling sends TERM, then KILL after 2 s, also on the far side.
    /// </summary>
    public abstract Task<CommandResult> RunAsync(Command command, CancellationToken cancellationToken);

    /// <summary>Reads a whole file, at most 16 MiB (<c>file.tooLarge</c>); null when it does not exist.</summary>
    public abstract Task<TargetFile?> ReadFileAsync(string path, CancellationToken cancellationToken);

    /// <summary>
    /// Writes a whole file atomically (a temporary file beside it, synced, then renamed). The folder must exist. Mode and owner are set before the rename, so the content is
    /// never readable more widely than asked.
    /// </summary>
    public abstract Task WriteFileAsync(string path, ReadOnlyMemory<byte> content, FileAttributes attributes, CancellationToken cancellationToken);

    /// <summary>Sends a file of this machine, of any size, in a stream; atomic as <see cref="WriteFileAsync"/>.</summary>
    public abstract Task UploadAsync(string localPath, string path, FileAttributes attributes, CancellationToken cancellationToken);

    /// <summary>Opens a two-way stream to a TCP port or a unix socket as seen from the target.</summary>
    public abstract Task<Stream> OpenStreamAsync(StreamAddress address, CancellationToken cancellationToken);

    /// <inheritdoc/>
    public abstract ValueTask DisposeAsync();
}

/// <summary>A program to run: an argument vector, never a shell string.</summary>
/// <param name="Arguments">The program and its arguments. Never holds a secret: arguments are visible to everyone on the machine.</param>
public sealed record Command(params IReadOnlyList<string> Arguments)
{
    /// <summary>Variables added to the program's environment. May hold secrets in plain text; never logged, never in an argument vector, also on the far side.</summary>
    public IReadOnlyDictionary<string, string> Environment { get; init; } = new Dictionary<string, string>();

    /// <summary>What the program reads on standard input; null = nothing. May hold secrets.</summary>
    public ReadOnlyMemory<byte>? StandardInput { get; init; }

    /// <summary>Working directory; null = the target's default.</summary>
    public string? WorkingDirectory { get; init; }

    /// <summary>User to run as; null = the target's own.</summary>
    public string? User { get; init; }

    /// <summary>Gets each line of standard output and error as it comes; null = nobody listens.</summary>
    public Action<string>? OnLine { get; init; }

    /// <summary>The arguments for people, quoted where needed.</summary>
    public override string ToString() =>
        string.Join(' ', Arguments.Select(argument => argument.Length > 0 && argument.All(c => char.IsLetterOrDigit(c) || "-_./:=@%+,".Contains(c, StringComparison.Ordinal)) ? argument : $"'{argument}'"));
}

/// <summary>What a program did.</summary>
/// <param name="ExitCode">0-255; 128 + n when a signal n ended it.</param>
/// <param name="Output">Standard output, UTF-8, at most the last 1 MiB.</param>
/// <param name="Error">Standard error, likewise.</param>
public sealed record CommandResult(int ExitCode, string Output, string Error)
{
    /// <summary>True when the exit code is 0.</summary>
    public bool Ok => ExitCode == 0;

    /// <summary>This result, or the failure <paramref name="code"/> with the program's own words when the exit code is not 0.</summary>
    public CommandResult OrFail(string code, string what, FailureKind kind = FailureKind.Permanent)
    {
        if (Ok) return this;
        var said = (Error.Trim().Length > 0 ? Error : Output).Trim();
        var tail = said.Split('\n').TakeLast(20).ToArray();
        throw new FailureException(new Failure(code, kind, $"{what}: {(said.Length == 0 ? $"exit code {ExitCode}" : tail[^1].Trim())}", LogTail: tail));
    }
}

/// <summary>A file that was read.</summary>
/// <param name="Content">Its bytes.</param>
/// <param name="Attributes">Mode and owner.</param>
public sealed record TargetFile(ReadOnlyMemory<byte> Content, FileAttributes Attributes)
{
    /// <summary>The content as UTF-8 text.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Content.Span);
}

/// <summary>Who may do what with a file.</summary>
/// <param name="Mode">Permission bits, for example octal 0600 (<c>Convert.ToInt32("600", 8)</c>); null = 0644 for a new file, unchanged for an old one.</param>
/// <param name="Owner"><c>user</c> or <c>user:group</c>, names or numbers; null = unchanged.</param>
public sealed record FileAttributes(int? Mode = null, string? Owner = null);

/// <summary>Something that accepts streams.</summary>
/// <param name="Host">Host name or address for TCP; null for a unix socket.</param>
/// <param name="Port">TCP port; 0 for a unix socket.</param>
/// <param name="SocketPath">Path of a unix socket; null for TCP.</param>
public sealed record StreamAddress(string? Host, int Port, string? SocketPath)
{
    /// <summary>A TCP port.</summary>
    public static StreamAddress Tcp(string host, int port) => new(host, port, null);

    /// <summary>A unix socket.</summary>
    public static StreamAddress Unix(string path) => new(null, 0, path);

    /// <inheritdoc/>
    public override string ToString() => SocketPath ?? $"{Host}:{Port}";
}

/// <summary>Makes a target from a blueprint's <c>targets</c> entry. The settings are evaluated; secrets in them are resolvable.</summary>
/// <param name="name">Its name in the blueprint.</param>
/// <param name="kind"><c>local</c>, <c>ssh</c> or <c>docker</c>.</param>
/// <param name="settings">The map below the kind.</param>
/// <param name="cancellationToken">Stops the attempt.</param>
public delegate Task<Target> OpenTarget(string name, string kind, Values.MapValue settings, CancellationToken cancellationToken);
