using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Diagnostics;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api;
using Orchestrator.Server.Health;
using Orchestrator.Server.Hosting;
using Orchestrator.Server.Pages;

namespace Orchestrator.Server;

/// <summary>The HTTP server: our API, health, the page at <c>/</c>. Every route is closed unless it says otherwise.</summary>
public sealed class OrchestratorServer : IAsyncDisposable
{
    private const int MaxBodyBytes = 2 * 1024 * 1024;

    private readonly WebApplication _app;
    private readonly ServerOptions _options;

    private OrchestratorServer(WebApplication app, ServerOptions options, AdminToken token) => (_app, _options, Token) = (app, options, token);

    /// <summary>The token that opens it.</summary>
    public AdminToken Token { get; }

    /// <summary>Where it listens, with the port it got when 0 was asked for.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Starts to listen. Fails with an <see cref="IOException"/> when the address is taken.</summary>
    public static async Task<OrchestratorServer> StartAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        // Nothing is read from files or variables around us: what the server does is what its options say.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        builder.WebHost.UseKestrelCore().UseUrls(options.Listen).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        var app = builder.Build();
        var token = AdminToken.Ensure(options.DataFolder);
        var health = new HealthChecks(options.Store, options.Engine, options.Time);

        app.UseExceptionHandler(new ExceptionHandlerOptions { ExceptionHandler = context => AnswerFaultAsync(context, options), AllowStatusCode404Response = true });
        app.Use((context, next) =>
        {
            context.Response.Headers.XContentTypeOptions = "nosniff";
            context.Response.Headers["Referrer-Policy"] = "no-referrer";
            return next(context);
        });
        app.UseRouting();
        BearerGate.Use(app, token);
        Map(app, options, health, token);
        var server = new OrchestratorServer(app, options, token);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        options.Say($"listening on {server.Address}");
        options.Say($"admin token: {token.Path}");
        return server;
    }

    /// <summary>Stops to listen and lets requests under way end, at most 20 s.</summary>
    public async ValueTask DisposeAsync()
    {
        _options.Say("stopping: requests and steps under way may end");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), _options.Time);
        await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
    }

    private static void Map(WebApplication app, ServerOptions options, HealthChecks health, AdminToken token)
    {
        Open(app.MapGet("/", async context => await StatusPage.WriteAsync(context, options.Version, token.Path, await health.ReportAsync().ConfigureAwait(false)).ConfigureAwait(false)));
        Open(app.MapGet("/health/live", context => HealthChecks.WriteLiveAsync(context)));
        Open(app.MapGet("/health/ready", context => health.WriteReadyAsync(context)));
        Open(app.MapGet("/api/v1/version", context => JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("version", options.Version);
            writer.WriteEndObject();
        })));
        new RunsApi(options).Map(app);
        new Site(ContentArchive.OfThisAssembly()).Map(app);
        app.MapFallback(context => Problem.WriteAsync(context, StatusCodes.Status404NotFound, "api.notFound", $"There is nothing at {context.Request.Path}."));
    }

    private static void Open(IEndpointConventionBuilder route) => route.WithMetadata(OpenToEveryone.Marker);

    private static Task AnswerFaultAsync(HttpContext context, ServerOptions options)
    {
        var fault = context.Features.Get<IExceptionHandlerFeature>()?.Error;
        if (fault is BadHttpRequestException bad)
            return Problem.WriteAsync(context, bad.StatusCode, bad.StatusCode == StatusCodes.Status413PayloadTooLarge ? "api.tooLarge" : "api.badRequest", bad.Message);
        // The message may hold anything; it goes to the operator's log and not to the client.
        options.Say($"fault in {context.Request.Method} {context.Request.Path}: {fault}");
        return Problem.WriteAsync(context, StatusCodes.Status500InternalServerError, "api.fault", "The server failed; its log says why.");
    }
}
