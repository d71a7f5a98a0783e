using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Orchestrator.Model.Values;
using Orchestrator.Server.Api;

namespace Orchestrator.Server.Hooks;

/// <summary>What a request to an endpoint brought.</summary>
/// <param name="Parsed">The body as its content type says: JSON as data, forms as fields by name (several of a name as a list), text as text, the rest as a file; null when there is none.</param>
/// <param name="Files">The files of a multipart form.</param>
internal sealed record EndpointContent(Value Parsed, IReadOnlyList<UploadedFile> Files)
{
    private const int MostParts = 256;
    private const int MostHeaders = 16;
    private const int LongestHeaders = 8 * 1024;

    /// <summary>Nothing.</summary>
    public static EndpointContent None { get; } = new(Value.Null, []);

    /// <summary>Reads a body that is whole in memory; throws a problem 400 when it is not what its content type says.</summary>
    public static async Task<EndpointContent> ReadAsync(HttpRequest request, byte[] raw)
    {
        if (raw.Length == 0) return None;
        if (request.ContentType is null) return new EndpointContent(HookEvent.Body(null, raw), []);
        if (!MediaTypeHeaderValue.TryParse(request.ContentType, out var type)) throw HookEvent.Malformed($"`{request.ContentType}` is no content type.");
        var media = type.MediaType.Value ?? "";
        if (media.Equals("multipart/form-data", StringComparison.OrdinalIgnoreCase)) return await FormAsync(HeaderUtilities.RemoveQuotes(type.Boundary).Value, raw).ConfigureAwait(false);
        if (media.Equals("application/x-www-form-urlencoded", StringComparison.OrdinalIgnoreCase)) return new EndpointContent(Fields(HookEvent.Form(raw)), []);
        if (MediaTypes.IsText(media)) return new EndpointContent(HookEvent.Body(request.ContentType, raw), []);
        var name = ContentDispositionHeaderValue.TryParse(request.Headers.ContentDisposition.ToString(), out var disposition) ? NameOf(disposition) : null;
        return new EndpointContent(FileValue.Of(name, media, raw), []);
    }

    private static async Task<EndpointContent> FormAsync(string? boundary, byte[] raw)
    {
        if (string.IsNullOrEmpty(boundary) || boundary.Length > 70) throw HookEvent.Malformed("The content type has no boundary of 1 to 70 characters.");
        var fields = new Dictionary<string, StringValues>(StringComparer.OrdinalIgnoreCase);
        var files = new List<UploadedFile>();
        try
        {
            using var body = new MemoryStream(raw, writable: false);
            var reader = new MultipartReader(boundary, body) { HeadersCountLimit = MostHeaders, HeadersLengthLimit = LongestHeaders, BodyLengthLimit = raw.Length };
            for (var parts = 0; await reader.ReadNextSectionAsync(CancellationToken.None).ConfigureAwait(false) is { } section; parts++)
            {
                if (parts == MostParts) throw HookEvent.Malformed($"The form has more than {MostParts} parts.");
                if (section.GetContentDispositionHeader() is not { } disposition || !disposition.DispositionType.Equals("form-data", StringComparison.OrdinalIgnoreCase) || HeaderUtilities.RemoveQuotes(disposition.Name) is not { Length: > 0 } field)
                    throw HookEvent.Malformed($"Part {parts + 1} of the form has no `Content-Disposition: form-data` with a name.");
                using var content = new MemoryStream();
                await section.Body.CopyToAsync(content).ConfigureAwait(false);
                if (disposition.IsFileDisposition()) files.Add(new UploadedFile(field.Value!, FileValue.SafeName(NameOf(disposition)), section.ContentType?.Trim() ?? "application/octet-stream", content.ToArray()));
                else fields[field.Value!] = StringValues.Concat(fields.GetValueOrDefault(field.Value!), HookEvent.TextOf(content.ToArray()));
            }
        }
        catch (Exception wrong) when (wrong is IOException or InvalidDataException)
        {
            throw HookEvent.Malformed($"The body is no multipart form: {wrong.Message}");
        }

        return new EndpointContent(Fields(fields), files);
    }

    private static string? NameOf(ContentDispositionHeaderValue disposition) =>
        HeaderUtilities.RemoveQuotes(disposition.FileNameStar.HasValue ? disposition.FileNameStar : disposition.FileName).Value;

    private static MapValue Fields(IEnumerable<KeyValuePair<string, StringValues>> fields) =>
        Value.Map(fields.Select(field => (field.Key, field.Value.Count <= 1 ? Value.Of(field.Value.ToString()) : (Value)Value.List(field.Value.Select(value => Value.Of(value))))));
}

/// <summary>A file of a form.</summary>
/// <param name="Field">The form's field.</param>
/// <param name="FileName">Without folders; may be empty.</param>
/// <param name="ContentType">As the sender says.</param>
/// <param name="Bytes">What is in it.</param>
internal sealed record UploadedFile(string Field, string FileName, string ContentType, byte[] Bytes)
{
    /// <summary>What of it breaks a rule of the endpoint: the outcome, the status and a sentence for those who do not expose it; null when nothing does.</summary>
    public (string Outcome, int Status, string Reason)? Against(EndpointSettings settings)
    {
        var extension = Path.GetExtension(FileName);
        if (Bytes.Length > settings.FileSizeLimit) return (EndpointSettings.FileTooLarge, StatusCodes.Status413PayloadTooLarge, $"The maximum file size allowed is {settings.FileSizeLimit} bytes.");
        if (settings.AllowedFileExtensions.Count > 0 && !Lists(settings.AllowedFileExtensions, extension))
            return (EndpointSettings.InvalidExtension, StatusCodes.Status415UnsupportedMediaType, $"Only the following file extensions are allowed: {string.Join(", ", settings.AllowedFileExtensions)}");
        if (Lists(settings.BlockedFileExtensions, extension))
            return (EndpointSettings.InvalidExtension, StatusCodes.Status415UnsupportedMediaType, $"The following file extensions are not allowed: {string.Join(", ", settings.BlockedFileExtensions)}");
        var media = ContentType.Split(';')[0].Trim();
        if (settings.AllowedMimeTypes.Count > 0 && !settings.AllowedMimeTypes.Contains(media, StringComparer.OrdinalIgnoreCase))
            return (EndpointSettings.InvalidType, StatusCodes.Status415UnsupportedMediaType, $"Only the following MIME types are allowed: {string.Join(", ", settings.AllowedMimeTypes)}");
        return null;
    }

    /// <summary>It as a value.</summary>
    public MapValue ToValue() => FileValue.Of(FileName, ContentType, Bytes, Field);

    // People write `pdf` as well as `.pdf`.
    private static bool Lists(IReadOnlyList<string> extensions, string extension) => extensions.Any(one => one.TrimStart('.').Equals(extension.TrimStart('.'), StringComparison.OrdinalIgnoreCase));
}
