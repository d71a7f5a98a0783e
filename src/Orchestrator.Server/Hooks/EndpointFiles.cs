using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.StaticFiles;
using Microsoft.Net.Http.Headers;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Hooks;

/// <summary>Writes what WriteFileHttpResponse says: one file, or several in a zip; ranges and conditions are the framework's.</summary>
internal static class EndpointFiles
{
    private const int MostFiles = 1000;
    private static readonly FileExtensionContentTypeProvider Types = new();

    /// <summary>Writes a response; 204 when there is no content.</summary>
    public static async Task WriteAsync(HttpContext context, MapValue inputs)
    {
        string? Text(string name) => EndpointResponse.Input(inputs, name)?.AsString() is { } text && !string.IsNullOrWhiteSpace(text) ? text : null;
        var contentType = EndpointResponse.ContentType(inputs);
        var content = EndpointResponse.Input(inputs, "content") ?? Value.Null;
        var files = FilesOf(content);
        if (files.Count == 0)
        {
            context.Response.StatusCode = StatusCodes.Status204NoContent;
            return;
        }

        var isZip = files.Count > 1;
        var bytes = isZip ? Zip(files) : files[0].Bytes;
        var name = FileValue.SafeName(Text("filename")) is { Length: > 0 } given ? given : isZip ? "download.zip" : files[0].Name ?? "file.bin";
        contentType ??= isZip ? "application/zip" : files[0].ContentType ?? (Types.TryGetContentType(name, out var known) ? known : "application/octet-stream");
        if (!MediaTypeHeaderValue.TryParse(contentType, out _)) contentType = "application/octet-stream";
        var isResumable = EndpointResponse.Input(inputs, "enableResumableDownloads") is BoolValue { Flag: true };
        var tag = Text("entityTag") is { } own ? TagOf(own) : isResumable ? new EntityTagHeaderValue($"\"{Convert.ToHexStringLower(SHA256.HashData(bytes)[..16])}\"") : null;
        await TypedResults.File(bytes, contentType, name, enableRangeProcessing: isResumable, entityTag: tag).ExecuteAsync(context).ConfigureAwait(false);
    }

    private static List<FileOfAnswer> FilesOf(Value content) => content switch
    {
        NullValue => [],
        ListValue list when FileValue.BytesOf(list) is null => list.Items.Count <= MostFiles ? [.. list.Items.SelectMany(FilesOf)] : throw EndpointResponse.Wrong($"it has more than {MostFiles} files"),
        StringValue text => [new FileOfAnswer(Encoding.UTF8.GetBytes(text.Text), "file.txt", "text/plain")],
        MapValue or ListValue when FileValue.BytesOf(content) is { } bytes =>
            [new FileOfAnswer(bytes, FileValue.SafeName(content.Get("fileName")?.AsString()) is { Length: > 0 } name ? name : null, content.Get("contentType")?.AsString())],
        _ => [new FileOfAnswer(Encoding.UTF8.GetBytes(PlainJson.Serialize(content)), "file.json", "application/json")],
    };

    // Nothing in it depends on when it was made: a download that goes on later finds the same bytes.
    private static byte[] Zip(List<FileOfAnswer> files)
    {
        using var packed = new MemoryStream();
        using (var archive = new ZipArchive(packed, ZipArchiveMode.Create, leaveOpen: true))
        {
            var names = new HashSet<string>(StringComparer.OrdinalIgnoreCase);
            for (var i = 0; i < files.Count; i++)
            {
                var wanted = files[i].Name ?? $"file-{i}.bin";
                var name = wanted;
                for (var other = 2; !names.Add(name); other++) name = $"{Path.GetFileNameWithoutExtension(wanted)}-{other}{Path.GetExtension(wanted)}";
                var entry = archive.CreateEntry(name);
                entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero);
                using var stream = entry.Open();
                stream.Write(files[i].Bytes);
            }
        }

        return packed.ToArray();
    }

    private static EntityTagHeaderValue TagOf(string given)
    {
        var quoted = given.EndsWith('"') ? given : $"\"{given}\"";
        return EntityTagHeaderValue.TryParse(quoted, out var tag) ? tag : throw EndpointResponse.Wrong("its entity tag is none");
    }

    private sealed record FileOfAnswer(byte[] Bytes, string? Name, string? ContentType);
}
