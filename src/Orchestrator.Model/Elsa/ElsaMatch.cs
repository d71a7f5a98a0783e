namespace Orchestrator.Model.Elsa;

/// <summary>What a stimulus and what waits for it must both say.</summary>
public static class ElsaMatch
{
    /// <summary>Of an HTTP endpoint: verb and route template, in lower case, without slashes at the ends.</summary>
    public static string Http(string method, string path) => $"{method.ToLowerInvariant()} {path.Trim('/').ToLowerInvariant()}";
}
