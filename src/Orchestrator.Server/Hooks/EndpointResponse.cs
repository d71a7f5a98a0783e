using System.Globalization;
using System.Net;
using System.Text;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Primitives;
using Microsoft.Net.Http.Headers;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Values;
using Orchestrator.Server.Api;

namespace Orchestrator.Server.Hooks;

/// <summary>Writes what WriteHttpResponse says; a mistake in it is a 500 that names the mistake, and nothing of it goes out.</summary>
internal static class EndpointResponse
{
    // RFC 9110, 7.6.1, and what the server sets itself: they belong to the connection and not to the answer.
    private static readonly HashSet<string> OfTheConnection = new(StringComparer.OrdinalIgnoreCase)
    {
        "Connection", "Keep-Alive", "Proxy-Connection", "Proxy-Authenticate", "Proxy-Authorization", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length", "Host", "Date", "Server",
    };

    /// <summary>Writes a response.</summary>
    public static Task WriteAsync(HttpContext context, WrittenResponse response) =>
        response.Type == "Elsa.WriteFileHttpResponse" ? EndpointFiles.WriteAsync(context, response.Inputs) : WriteAsync(context, response.Inputs);

    /// <summary>A response that cannot be written.</summary>
    public static ProblemException Wrong(string reason) => new(StatusCodes.Status500InternalServerError, "endpoint.response", $"The workflow's response cannot be sent: {reason}.");

    /// <summary>A media type as the workflow gives it; null when it gives none.</summary>
    public static string? ContentType(MapValue inputs)
    {
        var given = Input(inputs, "contentType")?.AsString();
        if (string.IsNullOrWhiteSpace(given)) return null;
        return MediaTypeHeaderValue.TryParse(given, out _) && given.All(char.IsAscii) ? given : throw Wrong("its content type is none");
    }

    /// <summary>An input by name.</summary>
    public static Value? Input(MapValue inputs, string name) => inputs.Entries.FirstOrDefault(input => input.Key.Equals(name, StringComparison.OrdinalIgnoreCase)).Value;

    private static async Task WriteAsync(HttpContext context, MapValue inputs)
    {
        var status = StatusOf(Input(inputs, "statusCode"));
        var headers = HeadersOf(Input(inputs, "responseHeaders"));
        var contentType = ContentType(inputs);
        var (body, type) = BodyOf(Input(inputs, "content") ?? Value.Null, contentType);
        context.Response.StatusCode = status;
        foreach (var (name, values) in headers) context.Response.Headers[name] = values;
        if (body is null || status is StatusCodes.Status204NoContent or StatusCodes.Status205ResetContent or StatusCodes.Status304NotModified) return;
        if (contentType is not null || !headers.Any(header => header.Name.Equals("Content-Type", StringComparison.OrdinalIgnoreCase))) context.Response.ContentType = type;
        context.Response.ContentLength = body.Length;
        if (!HttpMethods.IsHead(context.Request.Method)) await context.Response.Body.WriteAsync(body, context.RequestAborted).ConfigureAwait(false);
    }

    private static (byte[]? Body, string Type) BodyOf(Value content, string? contentType) => content switch
    {
        NullValue => (null, ""),
        StringValue text => (Encoding.UTF8.GetBytes(text.Text), contentType ?? "text/plain"),
        MapValue when FileValue.BytesOf(content) is { } bytes => (bytes, contentType ?? content.Get("contentType")?.AsString() ?? "application/octet-stream"),
        ListValue when contentType == "application/octet-stream" && FileValue.BytesOf(content) is { } bytes => (bytes, contentType),
        _ => (Encoding.UTF8.GetBytes(PlainJson.Serialize(content)), contentType ?? "application/json"),
    };

    private static List<(string Name, StringValues Values)> HeadersOf(Value? given)
    {
        var headers = new List<(string, StringValues)>();
        foreach (var (name, value) in (given as MapValue ?? Value.EmptyMap).Entries)
        {
            if (!HttpToken.IsOne(name)) throw Wrong("the name of a header is none");
            if (OfTheConnection.Contains(name)) throw Wrong($"the header {name} belongs to the connection");
            StringValues values = value is ListValue list ? new StringValues([.. list.Items.Select(Text)]) : Text(value);
            if (values.Any(text => text!.Any(character => character is < ' ' or > '~' and not '\t'))) throw Wrong($"the header {name} holds a line break or another character that no header may hold");
            headers.Add((name, values));
        }

        return headers;
    }

    private static string Text(Value value) => value switch { NullValue => "", StringValue text => text.Text, _ => PlainJson.Serialize(value) };

    private static int StatusOf(Value? given) => given switch
    {
        NumberValue { Number: >= 200 and <= 599 } number => (int)number.Number,
        StringValue text when int.TryParse(text.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var code) && code is >= 200 and <= 599 => code,
        StringValue text when Enum.TryParse<HttpStatusCode>(text.Text, ignoreCase: true, out var name) && (int)name is >= 200 and <= 599 => (int)name,
        _ => StatusCodes.Status200OK,
    };
}
