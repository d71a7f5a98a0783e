using System.Globalization;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using FileAttributes = Orchestrator.Model.Targets.FileAttributes;

namespace Orchestrator.Activities.Targets;

/// <summary>Files of this machine, read whole and replaced atomically.</summary>
internal static class LocalFiles
{
    /// <summary>The most that <see cref="Target.ReadFileAsync"/> reads.</summary>
    public const int LargestRead = 16 * 1024 * 1024;

    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private const int NewFile = 0b110_100_100; // 0644

    public static async Task<TargetFile?> ReadAsync(string path, CancellationToken cancellationToken)
    {
        try
        {
            var info = new FileInfo(path);
            if (info.Exists && info.Length > LargestRead) throw TooLarge(path);
            var content = await File.ReadAllBytesAsync(path, cancellationToken).ConfigureAwait(false);
            var (user, group) = Libc.Owner(path);
            return new TargetFile(content, new FileAttributes((int)File.GetUnixFileMode(path), Owners.Name(user, group)));
        }
        catch (Exception problem) when (problem is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failed("read", path, problem);
        }
    }

    public static async Task WriteAsync(string path, Func<Stream, Task> fill, FileAttributes attributes)
    {
        var temporary = "";
        try
        {
            path = new FileInfo(path) is { LinkTarget: not null } link ? link.ResolveLinkTarget(returnFinalTarget: true)!.FullName : Path.GetFullPath(path);
            var folder = Path.GetDirectoryName(path)!;
            temporary = Path.Combine(folder, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}");
            var stream = new FileStream(temporary, new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, UnixCreateMode = Private });
            await using (stream.ConfigureAwait(false))
            {
                await fill(stream).ConfigureAwait(false);
                SetAttributes(stream, temporary, path, attributes);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
            Libc.SyncFolder(folder);
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            throw Failed("write", path, problem);
        }
        finally
        {
            if (File.Exists(temporary)) File.Delete(temporary);
        }
    }

    /// <summary>The failure for a file over the limit.</summary>
    public static FailureException TooLarge(string path) =>
        new("file.tooLarge", FailureKind.Permanent, string.Create(CultureInfo.InvariantCulture, $"{path} is larger than the {LargestRead} bytes that can be read"));

    private static void SetAttributes(FileStream stream, string temporary, string path, FileAttributes attributes)
    {
        var replaces = File.Exists(path);
        var (user, group) = attributes.Owner is { } owner ? Owners.Ids(owner) : replaces ? Libc.Owner(path) : (uint.MaxValue, uint.MaxValue);
        if ((user, group) != (uint.MaxValue, uint.MaxValue)) Libc.SetOwner(temporary, user, group); // first: chown clears the set-uid bits
        var mode = attributes.Mode is { } asked ? (UnixFileMode)asked : replaces ? File.GetUnixFileMode(path) : (UnixFileMode)NewFile;
        File.SetUnixFileMode(stream.SafeFileHandle, mode);
    }

    private static FailureException Failed(string verb, string path, Exception problem) => problem switch
    {
        DirectoryNotFoundException => new("file.folderMissing", FailureKind.Permanent, $"cannot {verb} {path}: its folder does not exist", problem),
        UnauthorizedAccessException => new("file.denied", FailureKind.Permanent, $"cannot {verb} {path}: {problem.Message}", problem),
        _ => new("file.io", FailureKind.Transient, $"cannot {verb} {path}: {problem.Message}", problem),
    };
}
