using Microsoft.Playwright;

namespace Orchestrator.Browser.Tests;

/// <summary>The system's Chromium, driven by Playwright.</summary>
internal static class Chromium
{
    public const string Program = "/usr/bin/chromium";

    // Nothing here may wait for less: the machine that builds this may be busy with much else.
    public const float Patience = 90_000;

    public static async Task<IBrowser> LaunchAsync(IPlaywright playwright)
    {
        Assertions.SetDefaultExpectTimeout(Patience);
        return await playwright.Chromium.LaunchAsync(new BrowserTypeLaunchOptions
        {
            ExecutablePath = Program,
            Args = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-component-update", "--disable-sync"],
        });
    }
}
