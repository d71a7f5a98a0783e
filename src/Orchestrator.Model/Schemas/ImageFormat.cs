namespace Orchestrator.Model.Schemas;

/// <summary>Images pinned by digest: <c>[registry/]name[:tag]@sha256:…</c>.</summary>
internal static class ImageFormat
{
    private const string Example = "expected name@sha256:<64 hex digits>, such as `docker images --digests` shows";

    public static string? Problem(string text)
    {
        var at = text.IndexOf('@', StringComparison.Ordinal);
        if (at < 0) return $"is not pinned by its digest, so it may be another image tomorrow: {Example}";
        var (name, digest) = (text[..at], text[(at + 1)..]);
        if (!digest.StartsWith("sha256:", StringComparison.Ordinal)) return $"has no sha256 digest: {Example}";
        var hex = digest["sha256:".Length..];
        if (hex.Length != 64 || !hex.All(c => char.IsAsciiDigit(c) || c is >= 'a' and <= 'f')) return $"has a digest of {hex.Length} characters that must be 64 lower-case hex digits: {Example}";
        return name.Length > 0 && !name.StartsWith('/') && !name.EndsWith('/') && name.All(c => char.IsAsciiLetterOrDigit(c) || "._-/:".Contains(c, StringComparison.Ordinal))
            ? null : $"has no valid image name before the `@`: {Example}";
    }
}
