using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Git;

/// <summary>A path below a clone, as an input.</summary>
internal static class ClonePath
{
    /// <summary>Fails with <c>input.invalid</c> for a path that leaves the clone or reaches into its <c>.git</c>.</summary>
    public static void Require(string path)
    {
        var parts = path.Split('/');
        if (path.Length == 0 || path[0] is '/' or '-' || char.IsWhiteSpace(path[0]) || path.Contains('\n', StringComparison.Ordinal) || parts[0] == ".git" || parts.Any(part => part is "." or ".."))
            throw new FailureException("input.invalid", FailureKind.Permanent, $"`{path}` is no path below the clone: relative, without `..`, not in `.git`");
    }
}
