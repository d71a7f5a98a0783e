using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using Microsoft.Playwright;
using static Microsoft.Playwright.Assertions;

namespace Orchestrator.Browser.Tests;

/// <summary>A server, a browser that is signed in to it, and a client of its API beside them: one for all tests of this project, each of which brings names of its own.</summary>
public sealed class Desk : IAsyncLifetime
{
    private readonly string[] _options;
    private ServerProcess? _server;
    private IPlaywright? _playwright;
    private IBrowser? _browser;
    private string _session = "";

    public Desk() => _options = [];

    private Desk(string[] options) => _options = options;

    public string Address => _server!.Address;

    /// <summary>Calls the API with the admin token.</summary>
    public HttpClient Api { get; private set; } = new();

    /// <summary>The server itself, to stop it and start it again.</summary>
    internal ServerProcess Server => _server!;

    /// <summary>One of its own for a test that needs a server with options.</summary>
    internal static async Task<Desk> StartAsync(params string[] options)
    {
        var desk = new Desk(options);
        await desk.InitializeAsync();
        return desk;
    }

    public async Task InitializeAsync()
    {
        // Without a browser every test here is skipped; the fixture is made all the same.
        if (new BrowserFactAttribute().Skip is not null) return;
        _server = await ServerProcess.StartAsync(_options);
        Api.BaseAddress = new Uri(Address);
        Api.DefaultRequestHeaders.Authorization = new AuthenticationHeaderValue("Bearer", _server.AdminToken);
        _playwright = await Playwright.CreateAsync();
        _browser = await Chromium.LaunchAsync(_playwright);
        await using var context = await _browser.NewContextAsync();
        var page = await context.NewPageAsync();
        await page.GotoAsync(_server.LoginLink);
        await Expect(page).ToHaveURLAsync(new Regex("/blueprints$"));
        _session = await context.StorageStateAsync();
    }

    public async Task DisposeAsync()
    {
        Api.Dispose();
        if (_browser is not null) await _browser.DisposeAsync();
        _playwright?.Dispose();
        if (_server is not null) await _server.DisposeAsync();
    }

    /// <summary>A window of its own, signed in.</summary>
    internal async Task<WatchedPage> OpenAsync(string path, int width = 1440, bool dark = false)
    {
        var context = await _browser!.NewContextAsync(new BrowserNewContextOptions
        {
            StorageState = _session, ViewportSize = new ViewportSize { Width = width, Height = width < 500 ? 844 : 900 }, BaseURL = Address, ColorScheme = dark ? ColorScheme.Dark : ColorScheme.Light,
            AcceptDownloads = true,
        });
        var page = await context.NewPageAsync();
        page.SetDefaultTimeout(Chromium.Patience);
        var watched = new WatchedPage(page, Address);
        await page.GotoAsync(path);
        return watched;
    }

    /// <summary>Asks the API; the answer must be a success.</summary>
    public async Task<JsonNode> AskAsync(HttpMethod method, string path, object? body = null)
    {
        using var request = new HttpRequestMessage(method, path) { Content = body is null ? null : JsonContent.Create(body) };
        using var answer = await Api.SendAsync(request);
        var text = await answer.Content.ReadAsStringAsync();
        Assert.True(answer.IsSuccessStatusCode, $"{method} {path}: {(int)answer.StatusCode} {text}");
        return text.Length == 0 ? new JsonObject() : JsonNode.Parse(text)!;
    }
}

/// <summary>Tests that share the desk run one after the other: a page that loads .NET takes a core.</summary>
[CollectionDefinition(nameof(Desk))]
public sealed class DeskGroup : ICollectionFixture<Desk>;
