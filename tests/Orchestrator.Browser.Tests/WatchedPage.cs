using System.Text.RegularExpressions;
using Microsoft.Playwright;

namespace Orchestrator.Browser.Tests;

/// <summary>A page whose troubles are noted from its first request on: errors in its console, exceptions, refused or failed requests, requests to anywhere else.</summary>
internal sealed class WatchedPage : IAsyncDisposable
{
    private readonly List<string> _troubles = [];
    private readonly HashSet<IRequest> _answered = [];

    public WatchedPage(IPage page, string address)
    {
        Page = page;
        page.Console += (_, message) => Note(message.Type == "error" ? $"console: {message.Text}" : null);
        page.PageError += (_, trouble) => Note($"exception: {trouble}");
        page.Request += (_, request) => Note(request.Url.StartsWith(address, StringComparison.Ordinal) || !request.Url.StartsWith("http", StringComparison.Ordinal) ? null : $"external: {request.Url}");
        page.Response += (_, response) =>
        {
            lock (_troubles) _answered.Add(response.Request);
            Note(response.Status >= 400 ? $"{response.Status}: {response.Request.Method} {response.Url}" : null);
        };
        // Studio stops to read an answer at the end of its JSON, which the browser calls aborted; so does a page that is left. An answer that came is none that failed.
        page.RequestFailed += (_, request) =>
        {
            lock (_troubles)
                if (!_answered.Contains(request) && request.Failure != "net::ERR_ABORTED") _troubles.Add($"failed: {request.Url} {request.Failure}");
        };
    }

    public IPage Page { get; }

    public ILocator Find(string selector) => Page.Locator(selector);

    /// <summary>At the door: pastes a token and goes in.</summary>
    public async Task SignInAsync(string token)
    {
        await Page.GetByLabel("Or paste a token").FillAsync(token);
        await Page.GetByRole(AriaRole.Button, new() { Name = "Sign in" }).ClickAsync();
    }

    /// <summary>Keeps a picture in artifacts/browser, for people.</summary>
    public Task ShootAsync(string name) => Page.ScreenshotAsync(new PageScreenshotOptions { Path = Path.Combine(Folder(), $"{name}-{Page.ViewportSize!.Width}.png") });

    /// <summary>The same in a wide and in a narrow window.</summary>
    public async Task ShootBothAsync(string name)
    {
        foreach (var (width, height) in ((int, int)[])[(390, 844), (1440, 900)])
        {
            await Page.SetViewportSizeAsync(width, height);
            await ShootAsync(name);
        }
    }

    /// <summary>Where the tests leave what people look at.</summary>
    public static string Folder() => Directory.CreateDirectory(Path.Combine(Repository(), "artifacts", "browser")).FullName;

    /// <summary>Fails when anything went wrong in the page, but for what a test does to it on purpose.</summary>
    /// <param name="meant">Matches the troubles that are meant; null = none are.</param>
    public void AssertQuiet(string? meant = null)
    {
        lock (_troubles)
        {
            var others = _troubles.Where(trouble => meant is null || !Regex.IsMatch(trouble, meant)).ToList();
            Assert.True(others.Count == 0, string.Join("\n", others));
        }
    }

    public async ValueTask DisposeAsync() => await Page.Context.DisposeAsync();

    private void Note(string? trouble)
    {
        if (trouble is null) return;
        lock (_troubles) _troubles.Add(trouble);
    }

    private static string Repository()
    {
        var folder = AppContext.BaseDirectory;
        while (!File.Exists(Path.Combine(folder, "Orchestrator.sln"))) folder = Path.GetDirectoryName(folder) ?? throw new InvalidOperationException("not inside the checkout");
        return folder;
    }
}
