using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Git;

/// <summary>Runs the target's git the same way whatever is configured for the target's user.</summary>
internal static class GitProgram
{
    // English messages, no question that nobody answers, no settings of the user (url rewrites, signing, stored passwords), no transport but SSH.
    private static readonly Dictionary<string, string> Fixed = new()
    {
        ["LC_ALL"] = "C", ["GIT_TERMINAL_PROMPT"] = "0", ["GIT_CONFIG_GLOBAL"] = "/dev/null", ["GIT_CONFIG_NOSYSTEM"] = "1",
        ["GIT_ALLOW_PROTOCOL"] = "ssh", ["GIT_OPTIONAL_LOCKS"] = "0",
    };

    /// <summary>Runs git; a non-zero exit code is a result. Fails with <c>git.missing</c> when there is no git.</summary>
    /// <param name="context">Gives the target and the step's environment.</param>
    /// <param name="arguments">What follows <c>git</c>.</param>
    /// <param name="environment">More variables; null = none.</param>
    /// <param name="cancellationToken">Stops git.</param>
    public static async Task<CommandResult> RunAsync(
        ActivityContext context, IReadOnlyList<string> arguments, IReadOnlyDictionary<string, string>? environment, CancellationToken cancellationToken)
    {
        var variables = new Dictionary<string, string>(Fixed);
        foreach (var (name, value) in context.Environment) variables[name] = value.Reveal();
        foreach (var (name, value) in environment ?? new Dictionary<string, string>()) variables[name] = value;
        var result = await context.Target.RunAsync(new Command(["git", .. arguments]) { Environment = variables }, cancellationToken).ConfigureAwait(false);
        return result.ExitCode != 127
            ? result
            : throw new FailureException(
                "git.missing", FailureKind.Permanent, $"there is no git on {context.Target.Address}: add a `package.ensure` step for it before");
    }

    /// <summary>Runs a program that is not git and must succeed.</summary>
    public static async Task<CommandResult> RunPlainAsync(ActivityContext context, string what, IReadOnlyList<string> arguments, CancellationToken cancellationToken) =>
        (await context.Target.RunAsync(new Command(arguments), cancellationToken).ConfigureAwait(false)).OrFail("git.files", what);
}
