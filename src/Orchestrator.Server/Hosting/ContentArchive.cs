using System.Formats.Tar;
using System.Reflection;
using System.Security.Cryptography;

namespace Orchestrator.Server.Hosting;

/// <summary>
/// The files that the browser gets, in one archive inside the assembly: Elsa Studio and our pages. It is there when <c>studio/build</c> ran before the build of this assembly.
/// </summary>
internal sealed class ContentArchive
{
    private const string Resource = "studio.tar";
    private const string Compressed = ".br";

    private readonly Func<Stream> _open;
    private readonly Dictionary<string, ContentFile> _files;

    private ContentArchive(Func<Stream> open, Dictionary<string, ContentFile> files, string pages) => (_open, _files, PagesFolder) = (open, files, pages);

    /// <summary>Folder of our own scripts and styles, <c>pages/…</c>; its name changes with its content.</summary>
    public string PagesFolder { get; }

    /// <summary>The archive in this assembly; null when it was built without one.</summary>
    public static ContentArchive? OfThisAssembly()
    {
        var assembly = Assembly.GetExecutingAssembly();
        return assembly.GetManifestResourceInfo(Resource) is null ? null : Read(() => assembly.GetManifestResourceStream(Resource)!);
    }

    /// <summary>Reads where each file stands; the bytes stay where they are.</summary>
    /// <param name="open">Gives a new seekable stream over the archive at each call.</param>
    public static ContentArchive Read(Func<Stream> open)
    {
        using var stream = open();
        using var reader = new TarReader(stream);
        var files = new Dictionary<string, ContentFile>(StringComparer.Ordinal);
        while (reader.GetNextEntry() is { } entry)
        {
            if (entry.EntryType is not (TarEntryType.RegularFile or TarEntryType.V7RegularFile)) continue;
            var isCompressed = entry.Name.EndsWith(Compressed, StringComparison.Ordinal);
            var name = isCompressed ? entry.Name[..^Compressed.Length] : entry.Name;
            files[name] = new ContentFile(name, entry.DataOffset, entry.Length, isCompressed);
        }

        var page = files.Keys.FirstOrDefault(name => name.StartsWith("pages/", StringComparison.Ordinal)) ?? throw new InvalidDataException("the archive has no pages/");
        return new ContentArchive(open, files, page[..page.IndexOf('/', "pages/".Length)]);
    }

    /// <summary>The file of that path; null when there is none.</summary>
    public ContentFile? Find(string path) => _files.GetValueOrDefault(path);

    /// <summary>Its stored bytes: compressed when the file is.</summary>
    public Stream Open(ContentFile file)
    {
        var stream = _open();
        stream.Seek(file.Offset, SeekOrigin.Begin);
        return new Window(stream, file.Length);
    }

    /// <summary>A hash of its stored bytes; made once, when first asked for.</summary>
    public string Hash(ContentFile file)
    {
        if (file.Hash is { } known) return known;
        using var stream = Open(file);
        return file.Hash = Convert.ToHexStringLower(SHA256.HashData(stream))[..24];
    }

    /// <summary>The next bytes of a stream, no more.</summary>
    private sealed class Window(Stream inner, long left) : Stream
    {
        private long _left = left;

        public override bool CanRead => true;

        public override bool CanSeek => false;

        public override bool CanWrite => false;

        public override long Length => throw new NotSupportedException();

        public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

        public override int Read(Span<byte> buffer)
        {
            var count = inner.Read(buffer[..(int)Math.Min(buffer.Length, _left)]);
            _left -= count;
            return count;
        }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        // The bytes are in memory already: nothing to wait for.
        public override ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) => ValueTask.FromResult(Read(buffer.Span));

        public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) => Task.FromResult(Read(buffer.AsSpan(offset, count)));

        public override void Flush()
        {
        }

        public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

        protected override void Dispose(bool disposing)
        {
            if (disposing) inner.Dispose();
            base.Dispose(disposing);
        }
    }
}

/// <summary>One file of the archive.</summary>
/// <param name="Name">Its path, without <c>.br</c>.</param>
/// <param name="Offset">Where its bytes begin.</param>
/// <param name="Length">How many are stored.</param>
/// <param name="IsCompressed">True when they are compressed with Brotli.</param>
internal sealed record ContentFile(string Name, long Offset, long Length, bool IsCompressed)
{
    /// <summary>Hash of the stored bytes once somebody asked for it.</summary>
    public string? Hash { get; set; }
}
