using Orchestrator.Model.Activities;

namespace Orchestrator.Activities.Git;

/// <summary>Asks a server whether the key may push, without a clone and without pushing.</summary>
internal static class PushProbe
{
    /// <summary>
    /// A dry-run push of an empty commit from a throw-away repository: the server lets the key in and opens the repository for writing, then nothing is sent. Null when it would be
    /// allowed; else the refusal, with a key that may only read told apart.
    /// </summary>
    public static async Task<GitRefusal?> RunAsync(GitSession session, ActivityContext context, CancellationToken cancellationToken)
    {
        var folder = (await GitProgram.RunPlainAsync(context, "make a probe folder", ["mktemp", "-d", "/tmp/orchestrator-git.XXXXXXXX"], cancellationToken).ConfigureAwait(false)).Output.Trim();
        try
        {
            async Task<string> PlainAsync(params string[] arguments) =>
                (await GitProgram.RunAsync(context, [$"--git-dir={folder}", .. arguments], null, cancellationToken).ConfigureAwait(false)).OrFail("git.failed", "prepare a probe").Output.Trim();

            await PlainAsync("init", "--quiet", "--bare").ConfigureAwait(false);
            var tree = await PlainAsync("mktree").ConfigureAwait(false);
            var commit = await PlainAsync("-c", "user.name=orchestrator", "-c", "user.email=orchestrator@localhost", "commit-tree", tree, "-m", "probe").ConfigureAwait(false);
            var result = await session.RunAsync(
                [$"--git-dir={folder}", "push", "--porcelain", "--no-progress", "--dry-run", session.Repo.Text, $"{commit}:refs/heads/orchestrator-probe"], cancellationToken).ConfigureAwait(false);
            if (result.Ok) return null;
            var refusal = GitRefusal.Read(result);
            return refusal.Kind == RefusalKind.NoAccess && (await session.UpstreamAsync("main", cancellationToken).ConfigureAwait(false)).Refusal is null
                ? refusal with { Kind = RefusalKind.ReadOnly }
                : refusal;
        }
        finally
        {
            await GitProgram.RunPlainAsync(context, "remove the probe folder", ["rm", "-rf", "--", folder], CancellationToken.None).ConfigureAwait(false);
        }
    }
}
