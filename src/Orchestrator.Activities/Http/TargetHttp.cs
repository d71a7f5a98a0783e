using System.Net;
using System.Net.Security;
using System.Security.Cryptography.X509Certificates;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Http;

/// <summary>One request.</summary>
/// <param name="Method">Verb.</param>
/// <param name="Url">Absolute, http or https. Its query may hold secrets: it never gets into a message.</param>
internal sealed record HttpCall(HttpMethod Method, Uri Url)
{
    /// <summary>Name to value; values may be secret.</summary>
    public IReadOnlyDictionary<string, string> Headers { get; init; } = new Dictionary<string, string>();

    /// <summary>What is sent; null = nothing.</summary>
    public byte[]? Body { get; init; }

    /// <summary>Media type of the body.</summary>
    public string ContentType { get; init; } = "text/plain; charset=utf-8";

    /// <summary>The most that is read of the answer's body, in bytes.</summary>
    public int MaxBodyBytes { get; init; } = TargetHttp.MaxBodyBytes;

    /// <summary>How many redirects are followed; only GET and HEAD are ever sent elsewhere.</summary>
    public int Redirects { get; init; }

    /// <summary>Method and address for people, without query.</summary>
    public override string ToString() => $"{Method} {Url.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped)}";
}

/// <summary>One answer.</summary>
/// <param name="Status">100-599.</param>
/// <param name="Reason">The status in words; may be empty.</param>
/// <param name="Headers">Lower-case name to value; several are joined by comma. Cookies are credentials and left out.</param>
/// <param name="Body">At most <see cref="HttpCall.MaxBodyBytes"/>.</param>
/// <param name="Truncated">True when the body was longer.</param>
internal sealed record HttpAnswer(int Status, string Reason, IReadOnlyDictionary<string, string> Headers, byte[] Body, bool Truncated)
{
    /// <summary>The body as UTF-8.</summary>
    public string Text => System.Text.Encoding.UTF8.GetString(Body);

    /// <summary>True for 2xx.</summary>
    public bool Ok => Status is >= 200 and < 300;

    /// <summary>True for the answers that may be another one a moment later.</summary>
    public bool IsPassing => Status is 408 or 425 or 429 or >= 500;
}

/// <summary>
/// HTTP as seen from a target: connections, and with them name lookups, are made where the target is, so `127.0.0.1` is the target's own. Fails with <c>http.unreachable</c>
/// (nothing was sent), <c>http.tls</c> (nothing was sent) or <c>http.broken</c> (something may have been sent).
/// </summary>
internal sealed class TargetHttp : IDisposable
{
    /// <summary>The most that is read of an answer unless the call says otherwise.</summary>
    public const int MaxBodyBytes = 256 * 1024;

    private readonly HttpMessageInvoker _invoker;

    private TargetHttp(SocketsHttpHandler handler) => _invoker = new HttpMessageInvoker(handler);

    /// <summary>Opens it for one step.</summary>
    /// <param name="context">Gives the target.</param>
    /// <param name="caCertificate">PEM text, or an absolute path on the target, of what is trusted instead of the system's authorities; null = the system's.</param>
    /// <param name="insecure">True = any certificate will do.</param>
    /// <param name="cancellationToken">Stops reading the certificate.</param>
    public static async Task<TargetHttp> OpenAsync(ActivityContext context, string? caCertificate, bool insecure, CancellationToken cancellationToken)
    {
        var handler = new SocketsHttpHandler
        {
            UseProxy = false, UseCookies = false, AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.All,
            ConnectCallback = async (connect, token) => await context.Target.OpenStreamAsync(StreamAddress.Tcp(connect.DnsEndPoint.Host, connect.DnsEndPoint.Port), token).ConfigureAwait(false),
        };
#pragma warning disable CA5359 // the blueprint asked for it by name: `insecure: true`
        RemoteCertificateValidationCallback? anyone = insecure ? (_, _, _, _) => true : null;
#pragma warning restore CA5359
        handler.SslOptions = new SslClientAuthenticationOptions
        {
            RemoteCertificateValidationCallback = anyone,
            CertificateChainPolicy = caCertificate is null ? null : Trust(await PemAsync(context, caCertificate, cancellationToken).ConfigureAwait(false)),
        };
        return new TargetHttp(handler);
    }

    /// <summary>Sends one request and reads the answer, whatever its status.</summary>
    public async Task<HttpAnswer> SendAsync(HttpCall call, CancellationToken cancellationToken)
    {
        for (var left = call.Redirects; ; left--)
        {
            var (answer, location) = await SendOnceAsync(call, cancellationToken).ConfigureAwait(false);
            if (location is null || left <= 0 || answer.Status is not (301 or 302 or 303 or 307 or 308) || (call.Method != HttpMethod.Get && call.Method != HttpMethod.Head)) return answer;
            var next = new Uri(call.Url, location);
            if (next.Scheme is not ("http" or "https") || (call.Url.Scheme == "https" && next.Scheme == "http")) return answer;
            // Headers may hold credentials, which are for the server they were given for and no other.
            var sameServer = Uri.Compare(call.Url, next, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
            call = call with { Url = next, Headers = sameServer ? call.Headers : new Dictionary<string, string>() };
        }
    }

    /// <inheritdoc/>
    public void Dispose() => _invoker.Dispose();

    private async Task<(HttpAnswer Answer, Uri? Location)> SendOnceAsync(HttpCall call, CancellationToken cancellationToken)
    {
        using var request = Request(call);
        try
        {
            using var response = await _invoker.SendAsync(request, cancellationToken).ConfigureAwait(false);
            var (body, truncated) = await ReadAsync(response.Content, call.MaxBodyBytes, cancellationToken).ConfigureAwait(false);
            var headers = response.Headers.Concat(response.Content.Headers)
                .Where(header => !header.Key.StartsWith("Set-Cookie", StringComparison.OrdinalIgnoreCase))
                .GroupBy(header => header.Key.ToLowerInvariant(), header => string.Join(", ", header.Value))
                .ToDictionary(group => group.Key, group => string.Join(", ", group));
            return (new HttpAnswer((int)response.StatusCode, response.ReasonPhrase ?? "", headers, body, truncated), response.Headers.Location);
        }
        catch (HttpRequestException error) when (error.HttpRequestError == HttpRequestError.SecureConnectionError)
        {
            throw new FailureException("http.tls", FailureKind.Permanent, $"{call}: no trusted TLS connection: {Words(error)}", error);
        }
        catch (HttpRequestException error) when (IsBeforeSending(error))
        {
            throw new FailureException("http.unreachable", FailureKind.Transient, $"{call}: {Words(error)}", error);
        }
        catch (FailureException error)
        {
            throw new FailureException("http.unreachable", FailureKind.Transient, $"{call}: {error.Message}", error);
        }
        catch (Exception error) when (error is HttpRequestException or IOException)
        {
            throw new FailureException("http.broken", FailureKind.Transient, $"{call}: the connection broke: {Words(error)}", error);
        }
    }

    private static HttpRequestMessage Request(HttpCall call)
    {
        if (!call.Url.IsAbsoluteUri || call.Url.Scheme is not ("http" or "https"))
            throw new FailureException("input.invalid", FailureKind.Permanent, "input `url` must be an absolute http or https address");
        var request = new HttpRequestMessage(call.Method, call.Url);
        if (call.Body is { } body)
        {
            request.Content = new ByteArrayContent(body);
            request.Content.Headers.TryAddWithoutValidation("Content-Type", call.ContentType);
        }

        foreach (var (name, value) in call.Headers)
        {
            if (value.AsSpan().IndexOfAny('\r', '\n', '\0') >= 0) throw new FailureException("input.invalid", FailureKind.Permanent, $"header `{name}` holds a line break");
            if (name.StartsWith("Content-", StringComparison.OrdinalIgnoreCase) && request.Content is { } content)
            {
                content.Headers.Remove(name);
                content.Headers.TryAddWithoutValidation(name, value);
            }
            else if (!request.Headers.TryAddWithoutValidation(name, value))
            {
                throw new FailureException("input.invalid", FailureKind.Permanent, $"`{name}` is no header of a request");
            }
        }

        return request;
    }

    private static async Task<(byte[] Body, bool Truncated)> ReadAsync(HttpContent content, int most, CancellationToken cancellationToken)
    {
        var stream = await content.ReadAsStreamAsync(cancellationToken).ConfigureAwait(false);
        // Grows with what comes: most answers are small, and the header that says how long one is may lie.
        using var body = new MemoryStream();
        var buffer = new byte[16 * 1024];
        while (body.Length <= most && await stream.ReadAsync(buffer, cancellationToken).ConfigureAwait(false) is > 0 and var read) body.Write(buffer, 0, read);
        return (body.GetBuffer()[..(int)Math.Min(body.Length, most)], body.Length > most);
    }

    private static bool IsBeforeSending(HttpRequestException error) =>
        error.InnerException is FailureException || error.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError;

    private static string Words(Exception error) => (error.InnerException ?? error).Message.TrimEnd('.');

    private static async Task<string> PemAsync(ActivityContext context, string caCertificate, CancellationToken cancellationToken)
    {
        if (!caCertificate.StartsWith('/')) return caCertificate;
        var file = await context.Target.ReadFileAsync(caCertificate, cancellationToken).ConfigureAwait(false);
        return file?.Text ?? throw new FailureException("http.caCertificate", FailureKind.Permanent, $"{caCertificate} does not exist on {context.Target.Address}");
    }

    private static X509ChainPolicy Trust(string pem)
    {
        var policy = new X509ChainPolicy { TrustMode = X509ChainTrustMode.CustomRootTrust, RevocationMode = X509RevocationMode.NoCheck };
        policy.CustomTrustStore.ImportFromPem(pem);
        return policy.CustomTrustStore.Count > 0
            ? policy
            : throw new FailureException("http.caCertificate", FailureKind.Permanent, "input `caCertificate` holds no certificate in PEM form");
    }
}
