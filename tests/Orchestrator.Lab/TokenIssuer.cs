using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace Orchestrator.Lab;

/// <summary>How the issuer is started.</summary>
internal sealed record TokenIssuerOptions
{
    /// <summary>Address to listen on. Default loopback.</summary>
    public IPAddress Listen { get; init; } = IPAddress.Loopback;

    /// <summary>Port; 0 (default) = a free one.</summary>
    public int Port { get; init; }

    /// <summary>Folder with <c>issuer.pem</c> and <c>clients.json</c>; both are made when missing. With a made-up client its secret also lies in <c>secret</c>.</summary>
    public string Data { get; init; } = ".";
}

/// <summary>A client that may ask for tokens, as it stands in <c>clients.json</c>.</summary>
/// <param name="Id">Client id.</param>
/// <param name="Secret">Client secret.</param>
/// <param name="Organizations">Organizations it may name in <c>user:memberof:</c>.</param>
internal sealed record LabClient(string Id, string Secret, IReadOnlyList<string> Organizations);

/// <summary>
/// <c>POST /v1/oauth/access_token</c> in both dialects, <c>GET|POST /v1/oauth/jwt/refresh</c>, <c>GET /jwks</c>, and for tests <c>POST /lab/fail?count=N&amp;status=S</c>
/// and <c>GET /lab/requests</c>.
/// </summary>
internal sealed class TokenIssuer : IAsyncDisposable
{
    private readonly WebApplication _app;

    private TokenIssuer(WebApplication app, string url, string publicKey, string clientsFile) => (_app, Url, PublicKey, ClientsFile) = (app, url, publicKey, clientsFile);

    /// <summary>Base address.</summary>
    public string Url { get; }

    /// <summary>The key that verifies its tokens: base64 of a SubjectPublicKeyInfo, no PEM lines.</summary>
    public string PublicKey { get; }

    /// <summary>Who may ask.</summary>
    public string ClientsFile { get; }

    /// <summary>Starts listening.</summary>
    public static async Task<TokenIssuer> StartAsync(TokenIssuerOptions options, TimeProvider time)
    {
        Directory.CreateDirectory(options.Data);
        var key = await LoadKeyAsync(Path.Combine(options.Data, "issuer.pem"));
        var clientsFile = Path.GetFullPath(Path.Combine(options.Data, "clients.json"));
        var clients = await LoadClientsAsync(clientsFile);

        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Logging.ClearProviders();
        builder.WebHost.UseKestrelCore().ConfigureKestrel(kestrel => kestrel.Listen(options.Listen, options.Port));
        builder.Services.AddRouting();
        var app = builder.Build();
        app.Lifetime.ApplicationStopped.Register(key.Dispose);
        Map(app, new TokenMaker(key, time), clients);
        await app.StartAsync();
        return new TokenIssuer(app, app.Urls.First(), Convert.ToBase64String(key.ExportSubjectPublicKeyInfo()), clientsFile);
    }

    /// <summary>Returns when the process is asked to stop.</summary>
    public Task WaitForShutdownAsync() => _app.WaitForShutdownAsync();

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => _app.DisposeAsync();

    private static void Map(WebApplication app, TokenMaker maker, IReadOnlyList<LabClient> clients)
    {
        var faults = new PlannedFaults();
        app.Use(faults.RunAsync);
        app.UseRouting();
        app.MapPost("/v1/oauth/access_token", (HttpContext http) => new AccessToken(maker, clients).AnswerAsync(http));
        app.MapMethods("/v1/oauth/jwt/refresh", ["GET", "POST"], (HttpContext http) => new RefreshedToken(maker).AnswerAsync(http));
        app.MapGet("/jwks", (HttpContext http) => http.Response.WriteAsJsonAsync(maker.KeySet()));
        app.MapPost("/lab/fail", (HttpContext http) => faults.Plan(http));
        app.MapGet("/lab/requests", (HttpContext http) => http.Response.WriteAsJsonAsync(faults.Seen));
    }

    private static async Task<ECDsa> LoadKeyAsync(string file)
    {
        var key = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        if (File.Exists(file)) key.ImportFromPem(await File.ReadAllTextAsync(file));
        else await WritePrivateAsync(file, key.ExportPkcs8PrivateKeyPem());
        return key;
    }

    /// <summary>Without a file one client is made up, its secret by chance: no secret ever travels in an argument.</summary>
    private static async Task<IReadOnlyList<LabClient>> LoadClientsAsync(string file)
    {
        if (!File.Exists(file))
        {
            var secretFile = Path.Combine(Path.GetDirectoryName(file)!, "secret");
            if (!File.Exists(secretFile)) await WritePrivateAsync(secretFile, Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(24)));
            var client = new LabClient("lab", await File.ReadAllTextAsync(secretFile), ["lab"]);
            await WritePrivateAsync(file, JsonSerializer.Serialize(new[] { client }, JsonSerializerOptions.Web));
        }

        return JsonSerializer.Deserialize<LabClient[]>(await File.ReadAllTextAsync(file), JsonSerializerOptions.Web)!;
    }

    private static async Task WritePrivateAsync(string file, string text)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        await using var stream = new StreamWriter(file, options);
        await stream.WriteAsync(text);
    }
}
