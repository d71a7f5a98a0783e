using System.Text;
using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Run;

/// <summary>What a script did.</summary>
/// <param name="ExitCode">Its exit code.</param>
/// <param name="Output">Standard output.</param>
/// <param name="Error">Standard error.</param>
/// <param name="Outputs">What it wrote to <c>$ORCHESTRATOR_OUTPUT</c>; empty when nothing.</param>
internal sealed record ScriptResult(int ExitCode, string Output, string Error, string Outputs);

/// <summary>Runs a script that ends while we wait. It goes to the target as a private temporary file: never as an argument, which everyone there could read.</summary>
internal static class ScriptRun
{
    public const string OutputVariable = "ORCHESTRATOR_OUTPUT";

    public static IReadOnlyList<string> Arguments(Value shell) => shell switch
    {
        StringValue { Text: "bash" } => ["bash", "-e", "-o", "pipefail"],
        StringValue { Text: "sh" } => ["sh", "-e"],
        ListValue { Items.Count: > 0 } list when list.Items.All(item => item is StringValue { Text.Length: > 0 }) => [.. list.Items.Select(item => item.AsString()!)],
        _ => throw new FailureException("input.invalid", FailureKind.Permanent, $"input `shell` must be bash, sh or a list of the program and its arguments, not `{shell}`"),
    };

    public static async Task<ScriptResult> OnceAsync(
        string script, IReadOnlyList<string> shell, Secret? input, string? folder, Action<string>? onLine, ActivityContext context, CancellationToken cancellationToken)
    {
        const string prepare = "set -eu; umask 077; d=$(mktemp -d \"${TMPDIR:-/tmp}/orchestrator.XXXXXX\"); cat >\"$d/script\"; printf %s \"$d\"";
        const string collect = "cat \"$1/output\" 2>/dev/null | head -c 262144; rm -rf -- \"$1\"";
        var prepared = await context.ScriptAsync(prepare, [], cancellationToken, Encoding.UTF8.GetBytes(script)).ConfigureAwait(false);
        var place = prepared.OrFail("run.notPrepared", "cannot put the script on the target").Output.Trim();
        try
        {
            var result = await context.Target.RunAsync(
                new Command([.. shell, $"{place}/script"])
                {
                    Environment = new Dictionary<string, string>(Shell.EnvironmentOf(context)) { [OutputVariable] = $"{place}/output" },
                    StandardInput = input is null ? null : Encoding.UTF8.GetBytes(input.Reveal()), WorkingDirectory = folder, OnLine = onLine,
                },
                cancellationToken).ConfigureAwait(false);
            var outputs = await context.ScriptAsync(collect, [place], cancellationToken).ConfigureAwait(false);
            return new ScriptResult(result.ExitCode, result.Output, result.Error, outputs.Output);
        }
        catch
        {
            // The step was cancelled or the target is gone; the script must not stay there if that can be helped.
            await ((Task)context.RunAsync(CancellationToken.None, "rm", "-rf", "--", place)).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            throw;
        }
    }
}
