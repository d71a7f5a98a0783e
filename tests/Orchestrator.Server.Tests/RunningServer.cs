using System.Diagnostics.Metrics;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using Orchestrator.Activities;
using Orchestrator.Activities.Targets;
using Orchestrator.Blueprints;
using Orchestrator.Engine;
using Orchestrator.Model.Activities;
using Orchestrator.Server.Triggers;
using Orchestrator.Stores.Secrets;
using Orchestrator.Stores.Sqlite;
using Orchestrator.Testing;

namespace Orchestrator.Server.Tests;

/// <summary>A real server on a port of its own, with a real store in a folder of its own.</summary>
internal sealed class RunningServer : IAsyncDisposable
{
    private static readonly ActivityCatalog Catalog = new(BuiltinActivities.All());
    private static readonly BlueprintCompiler Compiler = new(Catalog);

    private readonly TemporaryFolder _folder;
    private readonly SqliteStore _store;
    private readonly WorkflowEngine _engine;

    private RunningServer(TemporaryFolder folder, SqliteStore store, WorkflowEngine engine, OrchestratorServer server, Meter meter, List<string> said) =>
        (_folder, _store, _engine, Server, Meter, Said) = (folder, store, engine, server, meter, said);

    /// <summary>The server.</summary>
    public OrchestratorServer Server { get; }

    /// <summary>Its store.</summary>
    public SqliteStore Store => _store;

    /// <summary>Its engine.</summary>
    public WorkflowEngine Engine => _engine;

    /// <summary>On which all of it counts.</summary>
    public Meter Meter { get; }

    /// <summary>What it said to its operator.</summary>
    public List<string> Said { get; }

    /// <summary>Its folder.</summary>
    public string Folder => _folder.Path;

    /// <summary>The admin token.</summary>
    public string AdminToken => File.ReadAllText(_folder["admin.token"]).Trim();

    /// <summary>Starts one.</summary>
    public static async Task<RunningServer> StartAsync(TimeProvider? time = null, Func<ServerOptions, ServerOptions>? change = null)
    {
        var (folder, said, clock) = (new TemporaryFolder(), new List<string>(), time ?? TimeProvider.System);
        var meter = new Meter("test");
        var store = await SqliteStore.OpenAsync(folder["store.db"], asOwner: true, meter: meter);
        var triggers = new TriggerLink();
        var seal = FileSeal.Open(folder.Path);
        var engine = await WorkflowEngine.OpenAsync(
            new EngineOptions { Store = store, Activities = Catalog, OpenTarget = BuiltinTargets.OpenAsync, Compile = Compiler.CompileBlueprint, Seal = seal, Time = clock, Trigger = triggers.RunAsync, Meter = meter }, CancellationToken.None);
        var options = new ServerOptions
        {
            Listen = "http://127.0.0.1:0", DataFolder = folder.Path, Store = store, Engine = engine, Compile = Compiler.CompileBlueprint, Version = "test", Activities = Catalog, OpenTarget = BuiltinTargets.OpenAsync, Seal = seal, Time = clock, Triggers = triggers, Meter = meter,
            Say = line => { lock (said) said.Add(line); },
        };
        var server = await OrchestratorServer.StartAsync(change?.Invoke(options) ?? options, CancellationToken.None);
        return new RunningServer(folder, store, engine, server, meter, said);
    }

    /// <summary>A client without any credential, that follows no redirects and keeps cookies only when asked to.</summary>
    public HttpClient Anonymous(bool cookies = false) => new(new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = cookies }) { BaseAddress = new Uri(Server.Address) };

    /// <summary>A client with a bearer token.</summary>
    public HttpClient With(string token)
    {
        var client = Anonymous();
        client.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", token);
        return client;
    }

    /// <summary>A client with the admin token.</summary>
    public HttpClient Admin() => With(AdminToken);

    /// <summary>A client with a new token of a role.</summary>
    public async Task<HttpClient> AsAsync(string role)
    {
        using var admin = Admin();
        var answer = await admin.PostAsJsonAsync("/api/v1/tokens", new { name = $"{role}-{Guid.NewGuid():n}", role });
        return With((await JsonOf(answer)).GetProperty("token").GetString()!);
    }

    /// <summary>A signed-in browser and the antiforgery token of its session.</summary>
    public async Task<(HttpClient Browser, string Antiforgery)> SignInAsync(string role = "admin")
    {
        using var admin = Admin();
        var link = await JsonOf(await admin.PostAsJsonAsync("/api/v1/login-links", new { name = "ann", role }));
        var browser = Anonymous(cookies: true);
        var answer = await browser.GetAsync(link.GetProperty("path").GetString());
        Assert.Equal("/", answer.Headers.Location?.OriginalString);
        var session = await JsonOf(await browser.GetAsync("/api/v1/session"));
        return (browser, session.GetProperty("antiforgeryToken").GetString()!);
    }

    /// <summary>The body of an answer as JSON.</summary>
    public static async Task<JsonElement> JsonOf(HttpResponseMessage answer)
    {
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(text.Length > 0, $"{(int)answer.StatusCode} without a body");
        return JsonDocument.Parse(text).RootElement.Clone();
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Server.DisposeAsync();
        await _engine.DisposeAsync();
        await _store.DisposeAsync();
        Meter.Dispose();
        _folder.Dispose();
    }
}
