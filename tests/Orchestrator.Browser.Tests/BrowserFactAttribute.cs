using Orchestrator.Server.Hosting;

namespace Orchestrator.Browser.Tests;

/// <summary>A test in a real browser against the real server: skipped, with the reason, where there is no Chromium or the server was built without its pages.</summary>
[AttributeUsage(AttributeTargets.Method)]
public sealed class BrowserFactAttribute : FactAttribute
{
    public BrowserFactAttribute() => Skip = !File.Exists(Chromium.Program) ? $"needs {Chromium.Program}" : ContentArchive.OfThisAssembly() is null ? "needs the pages: run studio/build before the build" : null;
}
