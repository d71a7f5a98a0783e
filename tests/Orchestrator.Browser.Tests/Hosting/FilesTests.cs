using System.IO.Compression;
using System.Net;
using System.Net.Http.Headers;

namespace Orchestrator.Browser.Tests.Hosting;

/// <summary>How files are served, seen by a plain HTTP client.</summary>
[Collection(nameof(Desk))]
public sealed class FilesTests(Desk desk) : IDisposable
{
    private readonly HttpClient _http = new(new SocketsHttpHandler { AllowAutoRedirect = false, AutomaticDecompression = DecompressionMethods.None, UseCookies = false });

    [BrowserFact]
    public async Task File_ClientTakesBrotli_AsShipped()
    {
        using var answer = await GetAsync("/studio/_framework/blazor.webassembly.js", "br");

        Assert.Equal("br", Assert.Single(answer.Content.Headers.ContentEncoding));
        Assert.Equal("Accept-Encoding", Assert.Single(answer.Headers.Vary));
        Assert.Equal("text/javascript", answer.Content.Headers.ContentType!.MediaType);
    }

    [BrowserFact]
    public async Task File_ClientWithoutBrotli_SameBytesPlain()
    {
        using var packed = await GetAsync("/studio/_framework/blazor.webassembly.js", "br");
        using var plain = await GetAsync("/studio/_framework/blazor.webassembly.js", "gzip, br;q=0");

        Assert.Empty(plain.Content.Headers.ContentEncoding);
        using var unpacked = new MemoryStream();
        await using var stream = new BrotliStream(await packed.Content.ReadAsStreamAsync(), CompressionMode.Decompress);
        await stream.CopyToAsync(unpacked);
        Assert.Equal(unpacked.ToArray(), await plain.Content.ReadAsByteArrayAsync());
        Assert.NotEqual(packed.Headers.ETag, plain.Headers.ETag);
    }

    [BrowserFact]
    public async Task File_NameWithoutFingerprint_IsAskedForAgainAndNotSent()
    {
        using var first = await GetAsync("/studio/_framework/dotnet.js", "br");
        using var second = await GetAsync("/studio/_framework/dotnet.js", "br", first.Headers.ETag);

        Assert.True(first.Headers.CacheControl!.NoCache);
        Assert.Equal(HttpStatusCode.NotModified, second.StatusCode);
        Assert.Empty(await second.Content.ReadAsByteArrayAsync());
    }

    [BrowserFact]
    public async Task File_NameWithFingerprint_IsKeptForEver()
    {
        var page = await desk.Api.GetStringAsync("/blueprints");
        var style = page.Split('"').First(part => part.EndsWith("/style.css", StringComparison.Ordinal));

        using var answer = await GetAsync(style, "br");

        Assert.Equal("public, max-age=31536000, immutable", answer.Headers.CacheControl!.ToString());
    }

    [BrowserTheory]
    [InlineData("/studio/_framework/missing.dat", HttpStatusCode.NotFound)]
    [InlineData("/studio/appsettings.json", HttpStatusCode.OK)]
    [InlineData("/studio/index.html", HttpStatusCode.NotFound)]
    [InlineData("/pages/../studio/_framework/dotnet.js.br", HttpStatusCode.NotFound)]
    [InlineData("/studio/", HttpStatusCode.Unauthorized)]
    [InlineData("/blueprints", HttpStatusCode.Unauthorized)]
    [InlineData("/runs/x", HttpStatusCode.Unauthorized)]
    public async Task Path_WithoutSession_StatusIs(string path, HttpStatusCode status)
    {
        using var answer = await GetAsync(path, "br");

        Assert.Equal(status, answer.StatusCode);
    }

    [BrowserTheory]
    [InlineData("/workflows/definitions/a/edit?x=1", "/studio/workflows/definitions/a/edit?x=1")]
    [InlineData("/workflows/instances/a/view", "/studio/workflows/instances/a/view")]
    public async Task Path_StudioForgotItsFolder_LeadsThere(string path, string location)
    {
        using var answer = await GetAsync(path, "br");

        Assert.Equal(location, answer.Headers.Location!.OriginalString);
    }

    [BrowserFact]
    public async Task Path_InsideStudio_IsTheHostPage()
    {
        var list = await desk.Api.GetStringAsync("/studio/workflows/definitions");
        var editor = await desk.Api.GetStringAsync("/studio/workflows/definitions/a.b/edit");

        Assert.Equal(list, editor);
        Assert.Contains("<base href=\"/studio/\">", editor, StringComparison.Ordinal);
        Assert.DoesNotContain("https://", editor, StringComparison.Ordinal);
    }

    public void Dispose() => _http.Dispose();

    private async Task<HttpResponseMessage> GetAsync(string path, string encodings, EntityTagHeaderValue? known = null)
    {
        // As a string: the path must reach the server as it stands here.
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(desk.Address + path, new UriCreationOptions { DangerousDisablePathAndQueryCanonicalization = true }));
        request.Headers.TryAddWithoutValidation("Accept-Encoding", encodings);
        if (known is not null) request.Headers.IfNoneMatch.Add(known);
        return await _http.SendAsync(request);
    }
}
