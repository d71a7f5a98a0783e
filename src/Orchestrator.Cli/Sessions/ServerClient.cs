using System.Net;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Orchestrator.Model.Failures;

namespace Orchestrator.Cli.Sessions;

/// <summary>Talks to a server. Whatever it cannot do is a failure whose code begins with <c>server.</c>.</summary>
internal sealed class ServerClient : IDisposable
{
    private readonly HttpClient _http;

    /// <summary>For a server and a token.</summary>
    public ServerClient(Uri address, string token)
    {
        // The whole request, an upload of a blueprint included; a plan takes longest.
        _http = new HttpClient { BaseAddress = address, Timeout = TimeSpan.FromMinutes(3) };
        _http.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
    }

    /// <summary>Where it is.</summary>
    public Uri Address => _http.BaseAddress!;

    /// <summary>Reads something; null when there is no such thing.</summary>
    public async Task<JsonElement?> GetAsync(string path)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path, null).ConfigureAwait(false);
        return status == HttpStatusCode.NotFound ? null : Read(status, body);
    }

    /// <summary>Reads bytes; null when there is no such thing.</summary>
    public async Task<byte[]?> GetBytesAsync(string path)
    {
        var (status, body) = await SendAsync(HttpMethod.Get, path, null).ConfigureAwait(false);
        if (status == HttpStatusCode.NotFound) return null;
        if (status != HttpStatusCode.OK) Read(status, body);
        return body;
    }

    /// <summary>Sends something and gives the status with the answer, which is a problem when the status is 400 or more.</summary>
    public async Task<(HttpStatusCode Status, JsonElement Body)> AskAsync(HttpMethod method, string path, Action<Utf8JsonWriter>? write = null)
    {
        var (status, body) = await SendAsync(method, path, write).ConfigureAwait(false);
        return (status, body.Length == 0 ? default : Parse(status, body));
    }

    /// <summary>Sends something that must succeed.</summary>
    public async Task<JsonElement> DoAsync(HttpMethod method, string path, Action<Utf8JsonWriter>? write = null)
    {
        var (status, body) = await SendAsync(method, path, write).ConfigureAwait(false);
        return Read(status, body);
    }

    /// <summary>The failure that a problem stands for.</summary>
    public static FailureException Problem(HttpStatusCode status, JsonElement body)
    {
        var detail = body.ValueKind == JsonValueKind.Object && body.TryGetProperty("detail", out var said) ? said.GetString()! : $"the server answered {(int)status}";
        if (body.ValueKind == JsonValueKind.Object && body.TryGetProperty("diagnostics", out var diagnostics))
            detail += string.Concat(diagnostics.EnumerateArray().Select(one => $"\n   {one.GetProperty("line")}:{one.GetProperty("column")}: {one.GetProperty("message").GetString()} ({one.GetProperty("code").GetString()})"));
        return status switch
        {
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden or HttpStatusCode.TooManyRequests => new FailureException("server.denied", FailureKind.Permanent, detail),
            >= HttpStatusCode.InternalServerError => new FailureException("server.fault", FailureKind.Transient, detail),
            _ => new FailureException("run.refused", FailureKind.Permanent, detail),
        };
    }

    /// <inheritdoc/>
    public void Dispose() => _http.Dispose();

    private static JsonElement Read(HttpStatusCode status, byte[] body)
    {
        var json = body.Length == 0 ? default : Parse(status, body);
        return (int)status < 400 ? json : throw Problem(status, json);
    }

    private static JsonElement Parse(HttpStatusCode status, byte[] body)
    {
        try
        {
            using var document = JsonDocument.Parse(body, new JsonDocumentOptions { MaxDepth = 512 });
            return document.RootElement.Clone();
        }
        catch (JsonException trouble)
        {
            throw new FailureException("server.foreign", FailureKind.Permanent, $"what answered ({(int)status}) is no Orchestrator: {trouble.Message}", trouble);
        }
    }

    private async Task<(HttpStatusCode Status, byte[] Body)> SendAsync(HttpMethod method, string path, Action<Utf8JsonWriter>? write)
    {
        using var request = new HttpRequestMessage(method, path);
        if (write is not null)
        {
            using var buffer = new MemoryStream();
            await using (var writer = new Utf8JsonWriter(buffer)) write(writer);
            request.Content = new ByteArrayContent(buffer.ToArray()) { Headers = { ContentType = new MediaTypeHeaderValue("application/json", Encoding.UTF8.WebName) } };
        }

        try
        {
            using var answer = await _http.SendAsync(request).ConfigureAwait(false);
            return (answer.StatusCode, await answer.Content.ReadAsByteArrayAsync().ConfigureAwait(false));
        }
        catch (Exception e) when (e is HttpRequestException or TaskCanceledException or IOException)
        {
            throw new FailureException("server.unreachable", FailureKind.Transient, $"the server at {Address} cannot be reached: {e.Message}", e);
        }
    }
}
