using Orchestrator.Model.Activities;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Processes;

/// <summary>Runs small programs on a step's target with the step's environment.</summary>
internal static class Shell
{
    /// <summary>
    /// Sets <c>$state</c> to the folder on the target that keeps what must outlive a connection: <c>$ORCHESTRATOR_STATE</c> from the step's env, else
    /// <c>/var/lib/orchestrator</c> for root, else a folder in the user's home. It survives a restart of the machine, so a job that ended before it is not run again.
    /// </summary>
    public const string State = """
        set -u; mask=$(umask); umask 077
        state=${ORCHESTRATOR_STATE:-}
        if [ -z "$state" ]; then
          if [ "$(id -u)" = 0 ]; then state=/var/lib/orchestrator
          else eval "home=~$(id -un)"; state=${XDG_STATE_HOME:-$home/.local/state}/orchestrator/target; fi
        fi

        """;

    public static Task<CommandResult> RunAsync(this ActivityContext context, CancellationToken cancellationToken, params IReadOnlyList<string> arguments) =>
        context.Target.RunAsync(new Command(arguments) { Environment = EnvironmentOf(context) }, cancellationToken);

    /// <summary>Runs a constant POSIX script; values enter as its arguments and standard input.</summary>
    public static Task<CommandResult> ScriptAsync(
        this ActivityContext context, string script, IReadOnlyList<string> arguments, CancellationToken cancellationToken, ReadOnlyMemory<byte>? input = null, string? user = null) =>
        context.Target.RunAsync(
            new Command(["sh", "-c", script, "orchestrator", .. arguments]) { Environment = EnvironmentOf(context), StandardInput = input, User = user }, cancellationToken);

    public static Dictionary<string, string> EnvironmentOf(ActivityContext context) =>
        context.Environment.ToDictionary(variable => variable.Key, variable => variable.Value.Reveal());
}
