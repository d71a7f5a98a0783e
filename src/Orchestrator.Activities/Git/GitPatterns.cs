namespace Orchestrator.Activities.Git;

/// <summary>What names may look like where git would take others for options or ranges.</summary>
internal static class GitPatterns
{
    /// <summary>A branch: no leading dash, none of git's special characters.</summary>
    public const string Branch = "[A-Za-z0-9_](?:[A-Za-z0-9_/+-]|\\.)*";

    /// <summary>A path below the clone: relative, no option. <see cref="ClonePath.Require"/> also refuses <c>..</c> and <c>.git</c>.</summary>
    public const string InClone = "[^/\\s-][^\\n]*";
}
