using System.Formats.Tar;
using System.Security.Cryptography;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Images;

/// <summary>A folder of this machine as a tar that has the same bytes whenever the folder has the same content.</summary>
internal static class BuildContext
{
    /// <summary>Packs the folder into a temporary file that is gone once closed; returns it with its digest.</summary>
    public static async Task<(FileStream Tar, string Digest)> PackAsync(string folder, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(folder)) throw new FailureException("file.notFound", FailureKind.Permanent, $"cannot send {Path.GetFullPath(folder)} of this machine: no such folder");
        var tar = new FileStream(Path.GetTempFileName(), FileMode.Open, FileAccess.ReadWrite, FileShare.None, 64 * 1024, FileOptions.DeleteOnClose | FileOptions.Asynchronous);
        var writer = new TarWriter(tar, TarEntryFormat.Pax, leaveOpen: true);
        await using (writer.ConfigureAwait(false)) await AddAsync(writer, new DirectoryInfo(folder), "", cancellationToken).ConfigureAwait(false);
        tar.Position = 0;
        var digest = $"sha256:{Convert.ToHexStringLower(await SHA256.HashDataAsync(tar, cancellationToken).ConfigureAwait(false))}";
        tar.Position = 0;
        return (tar, digest);
    }

    private static async Task AddAsync(TarWriter writer, DirectoryInfo folder, string prefix, CancellationToken cancellationToken)
    {
        foreach (var item in folder.EnumerateFileSystemInfos().OrderBy(item => item.Name, StringComparer.Ordinal))
        {
            var kind = item.LinkTarget is not null ? TarEntryType.SymbolicLink : item is DirectoryInfo ? TarEntryType.Directory : TarEntryType.RegularFile;
            var entry = new PaxTarEntry(kind, prefix + item.Name) { ModificationTime = DateTimeOffset.UnixEpoch, Mode = item.UnixFileMode };
            if (kind == TarEntryType.SymbolicLink) entry.LinkName = item.LinkTarget!;
            if (kind == TarEntryType.RegularFile) entry.DataStream = new FileStream(item.FullName, FileMode.Open, FileAccess.Read, FileShare.Read);
            await writer.WriteEntryAsync(entry, cancellationToken).ConfigureAwait(false);
            if (entry.DataStream is { } data) await data.DisposeAsync().ConfigureAwait(false);
            if (kind == TarEntryType.Directory) await AddAsync(writer, (DirectoryInfo)item, $"{prefix}{item.Name}/", cancellationToken).ConfigureAwait(false);
        }
    }
}
