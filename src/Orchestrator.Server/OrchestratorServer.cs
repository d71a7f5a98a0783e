using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Engine.Runs;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api;
using Orchestrator.Server.Api.OpenApi;
using Orchestrator.Server.Elsa;
using Orchestrator.Server.Health;
using Orchestrator.Server.Hosting;
using Orchestrator.Server.Metrics;
using Orchestrator.Server.Pages;
using Orchestrator.Server.Triggers;

namespace Orchestrator.Server;

/// <summary>The HTTP server: our API, health, the page at <c>/</c>. Every route is closed unless it says otherwise.</summary>
public sealed class OrchestratorServer : IAsyncDisposable
{
    private const int MaxBodyBytes = 2 * 1024 * 1024;

    private readonly WebApplication _app;
    private readonly ServerOptions _options;

    private readonly TriggerParts _triggers;
    private readonly HealthChecks _health;
    private readonly Collection _figures;
    private bool _triggersStopped;

    private OrchestratorServer(WebApplication app, ServerOptions options, AdminToken token, TriggerParts triggers, WorkflowsFolder workflows, HealthChecks health, Collection figures) =>
        (_app, _options, Token, _triggers, Workflows, _health, _figures) = (app, options, token, triggers, workflows, health, figures);

    /// <summary>The token that opens it.</summary>
    public AdminToken Token { get; }

    /// <summary>Which triggers are live.</summary>
    internal TriggerIndex Triggers => _triggers.Index;

    /// <summary>Loads workflows from a folder.</summary>
    internal WorkflowsFolder Workflows { get; }

    /// <summary>Keeps the index equal to what is published.</summary>
    internal StudioIndex Studio => _triggers.Studio;

    /// <summary>What fires schedules.</summary>
    internal Timetable Timetable => _triggers.Timetable;

    /// <summary>Every route and hub.</summary>
    internal IReadOnlyList<Endpoint> Endpoints => _app.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>Where it listens, with the port it got when 0 was asked for.</summary>
    public string Address => _app.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.First();

    /// <summary>Starts to listen. Fails with an <see cref="IOException"/> when the address is taken.</summary>
    public static async Task<OrchestratorServer> StartAsync(ServerOptions options, CancellationToken cancellationToken)
    {
        // Nothing is read from files or variables around us: what the server does is what its options say.
        var builder = WebApplication.CreateEmptyBuilder(new WebApplicationOptions());
        builder.Services.AddRoutingCore();
        ElsaApi.AddServices(builder.Services, options);
        builder.WebHost.UseKestrelCore().UseUrls(options.Listen).ConfigureKestrel(kestrel =>
        {
            kestrel.AddServerHeader = false;
            kestrel.Limits.MaxRequestBodySize = MaxBodyBytes;
        });
        var app = builder.Build();
        var token = AdminToken.Ensure(options.DataFolder);
        var health = new HealthChecks(options.Store, options.Engine, options.Time);

        var access = new AccessParts(options, token);
        access.UseBeforeRouting(app);
        Faults.Use(app, options.Say);
        app.UseRouting();
        access.UseGate(app);
        app.Use((context, next) => health.IsDraining && !HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method)
            ? Problem.WriteAsync(context, StatusCodes.Status503ServiceUnavailable, "api.stopping", "The server is stopping and takes no more work.")
            : next(context));
        KnownParameters.Use(app);
        var meter = new ServerMeter(options);
        var figures = new Collection(options.Meter, MetricFamilies.All);
        var triggers = new TriggerParts(options, meter);
        var workflows = Map(app, options, health, access, token, triggers);
        new MetricsRoute(meter, figures).Map(app);
        var server = new OrchestratorServer(app, options, token, triggers, workflows, health, figures);
        if (options.WorkflowsFolder is { } folder) await workflows.LoadAsync(folder, cancellationToken).ConfigureAwait(false);
        await triggers.Studio.SyncAsync(cancellationToken).ConfigureAwait(false);
        await ElsaApi.ResumeAsync(app.Services).ConfigureAwait(false);
        await app.StartAsync(cancellationToken).ConfigureAwait(false);
        triggers.Start();
        options.Listening(server.Address);
        options.Say($"listening on {server.Address}");
        options.Say($"admin token: {token.Path}");
        if (options.Owner is { } owner) options.Say($"sign in once, within {LoginLinks.Life.TotalMinutes:0} minutes: {server.Address}/login?code={access.Links.Issue(new LoginLink(owner, Role.Admin, token.Hash))}");
        return server;
    }

    /// <summary>Before the end: says that it is not ready, takes no more work, and lets the steps under way end. Health and reads are answered meanwhile.</summary>
    public async Task DrainAsync(TimeSpan limit)
    {
        _health.IsDraining = true;
        _options.Say("stopping: steps under way may end");
        await StopTriggersAsync().ConfigureAwait(false);
        if (!await _options.Engine.DrainAsync(limit).ConfigureAwait(false)) _options.Say($"some steps are still under way after {limit.TotalSeconds:0} s; they go on at the next start");
    }

    /// <summary>Stops to listen and lets requests under way end, at most 20 s.</summary>
    public async ValueTask DisposeAsync()
    {
        _health.IsDraining = true;
        await StopTriggersAsync().ConfigureAwait(false);
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(20), _options.Time);
        await _app.StopAsync(limit.Token).ConfigureAwait(false);
        await _app.DisposeAsync().ConfigureAwait(false);
        _figures.Dispose();
    }

    private async Task StopTriggersAsync()
    {
        if (!Interlocked.Exchange(ref _triggersStopped, true)) await _triggers.DisposeAsync().ConfigureAwait(false);
    }

    private static WorkflowsFolder Map(WebApplication app, ServerOptions options, HealthChecks health, AccessParts access, AdminToken token, TriggerParts triggers)
    {
        var site = new Site(ContentArchive.OfThisAssembly());
        site.Map(app);
        Open(app.MapGet("/", async context =>
        {
            if (!site.TakesHome(context)) await StatusPage.WriteAsync(context, options.Version, token.Path, await health.ReportAsync().ConfigureAwait(false)).ConfigureAwait(false);
        }));
        Open(app.MapGet("/health/live", context => HealthChecks.WriteLiveAsync(context)));
        Open(app.MapGet("/health/ready", context => health.WriteReadyAsync(context)));
        Open(app.MapGet("/api/v1/version", context => JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteString("version", options.Version);
            writer.WriteEndObject();
        }))).Says(new RouteDoc("Says which version this is.") { Answer = "Version" });
        app.MapGet("/openapi/v1.json", context => JsonBody.WriteAsync(context, writer => OpenApiDocument.Write(writer, app.Services.GetRequiredService<EndpointDataSource>().Endpoints, options.Version))).Needs(Role.Viewer);
        new LoginRoutes(access).Map(app);
        new TokensApi(access, options.Time).Map(app);
        new BlueprintsApi(options, triggers.Index).Map(app);
        new EditingApi(options.Activities).Map(app);
        new RunsApi(options).Map(app);
        new RunRequestsApi(options, access).Map(app);
        new HistoryApi(options, app.Lifetime.ApplicationStopping).Map(app);
        new CatalogApi(options.Activities).Map(app);
        new SecretsApi(options).Map(app);
        new TasksApi(options.Store, app.Services.GetRequiredService<ExecutionBook>()).Map(app);
        triggers.Map(app);
        var workflows = ElsaApi.Map(app, options, triggers.Studio);
        app.MapFallback(context => Problem.WriteAsync(context, StatusCodes.Status404NotFound, "api.notFound", $"There is nothing at {context.Request.Path}.")).Needs(Role.Viewer);
        return workflows;
    }

    private static IEndpointConventionBuilder Open(IEndpointConventionBuilder route) => route.WithMetadata(OpenToEveryone.Marker);
}
