using System.Text.RegularExpressions;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Git;

/// <summary>A path below a clone, as an input.</summary>
internal static class ClonePath
{
    /// <summary>Fails with <c>input.invalid</c> for a path that leaves the clone or reaches into its <c>.git</c>.</summary>
    public static void Require(string path)
    {
        if (!Regex.IsMatch(path, $"^(?:{GitPatterns.InClone})$"))
            throw new FailureException("input.invalid", FailureKind.Permanent, $"`{path}` is no path below the clone: relative, without `..`, not in `.git`");
    }
}
