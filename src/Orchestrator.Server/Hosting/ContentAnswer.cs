using System.IO.Compression;
using System.Text.RegularExpressions;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Headers;
using Microsoft.Net.Http.Headers;

namespace Orchestrator.Server.Hosting;

/// <summary>Answers with a file of the archive: compressed where the client takes it, kept for ever where its name changes with its content, else asked for again and mostly answered 304.</summary>
internal static partial class ContentAnswer
{
    /// <summary>Answers with the file.</summary>
    public static async Task WriteAsync(HttpContext context, ContentArchive archive, ContentFile file)
    {
        var response = context.Response;
        var asStored = !file.IsCompressed || TakesBrotli(context.Request);
        // Two forms of one file are two things to a cache.
        var tag = new EntityTagHeaderValue($"\"{archive.Hash(file)}{(asStored ? "" : "-plain")}\"");
        response.Headers.CacheControl = IsFingerprinted(file.Name) ? "public, max-age=31536000, immutable" : "no-cache";
        response.Headers.ETag = tag.ToString();
        if (file.IsCompressed) response.Headers.Vary = "Accept-Encoding";
        if (new RequestHeaders(context.Request.Headers).IfNoneMatch.Any(known => known.Compare(tag, useStrongComparison: false) || known.Equals(EntityTagHeaderValue.Any)))
        {
            response.StatusCode = StatusCodes.Status304NotModified;
            return;
        }

        response.ContentType = ContentTypes.Of(file.Name);
        if (file.IsCompressed && asStored) response.Headers.ContentEncoding = "br";
        if (asStored) response.ContentLength = file.Length;
        if (HttpMethods.IsHead(context.Request.Method)) return;

        await using var stored = archive.Open(file);
        if (asStored)
        {
            await stored.CopyToAsync(response.Body, context.RequestAborted).ConfigureAwait(false);
            return;
        }

        await using var plain = new BrotliStream(stored, CompressionMode.Decompress);
        await plain.CopyToAsync(response.Body, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>True when the name, or its folder for our own files, carries a hash of the content.</summary>
    public static bool IsFingerprinted(string name) => name.StartsWith("pages/", StringComparison.Ordinal) || Fingerprint().IsMatch(name);

    private static bool TakesBrotli(HttpRequest request) =>
        new RequestHeaders(request.Headers).AcceptEncoding.Any(coding => coding.Value.Equals("br", StringComparison.OrdinalIgnoreCase) && coding.Quality is not 0);

    // Studio's build puts ten letters and digits before the extension: Elsa.Studio.Workflows.8p8xy3ufg9.wasm. Its stylesheets of components have them earlier: Name.8p8xy3ufg9.bundle.scp.css.
    [GeneratedRegex(@"(^|/)(_framework/.*\.[0-9a-z]{10}\.[a-z]+|_content/.*\.[0-9a-z]{10}\.bundle\.scp\.css)$")]
    private static partial Regex Fingerprint();
}
