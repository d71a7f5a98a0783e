namespace Orchestrator.Server.Hosting;

/// <summary>Content types by extension. A closed list: it holds what the archive has. The framework's own list lacks <c>.dat</c>, without which Studio does not start.</summary>
internal static class ContentTypes
{
    private static readonly Dictionary<string, string> Known = new(StringComparer.OrdinalIgnoreCase)
    {
        [".css"] = "text/css; charset=utf-8",
        [".cur"] = "image/x-icon",
        [".dat"] = "application/octet-stream",
        [".ico"] = "image/x-icon",
        [".js"] = "text/javascript; charset=utf-8",
        [".json"] = "application/json; charset=utf-8",
        [".png"] = "image/png",
        [".svg"] = "image/svg+xml",
        [".wasm"] = "application/wasm",
        [".webmanifest"] = "application/manifest+json",
        [".woff2"] = "font/woff2",
    };

    /// <summary>The type of a path.</summary>
    public static string Of(string path) => Known.GetValueOrDefault(Path.GetExtension(path), "text/plain; charset=utf-8");
}
