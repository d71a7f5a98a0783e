using Orchestrator.Activities.Processes;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Run;

/// <summary>A shell step.</summary>
[Activity("run", Effect.Once, "Run a script on the target.", Remarks = """
    The script is constant text: values enter through `env` and `stdin`. `bash` runs it with `-e -o pipefail`, `sh` with `-e`. A script that writes `name=value` lines or one
    JSON object to the file named by `$ORCHESTRATOR_OUTPUT` sets `outputs`. With `check`, the script runs only when the check does not exit 0, and must make it exit 0. A
    non-zero exit code fails with `run.exit`. With `effect: reattach` the script runs under a supervisor on the target and goes on without us; after a crash the step finds it
    again instead of running it twice. A job that vanished (killed, the machine restarted) fails with `run.lost`.
    """, Example = """
    - id: version
      run: |
        version=$(uname -r)
        echo "version=$version" >"$ORCHESTRATOR_OUTPUT"
      target: node
    """)]
internal sealed class Run : Activity<Run.Input, Run.Output>
{
    internal sealed record Input
    {
        [Field("The script, constant text.", Format = "multiline", MinLength = 1)]
        public required string Script { get; init; }

        [Field("`bash`, `sh`, or a list with the program and arguments that run a script file given as the last argument.")]
        public Value Shell { get; init; } = Value.Of("bash");

        [Field("What the script reads on standard input. May be a secret. When absent: nothing.")]
        public Secret? Stdin { get; init; }

        [Field("Working folder. When absent: the target's default.", Format = "path")]
        public string? Cwd { get; init; }

        [Field("A script that only looks; exit code 0 means all is so already. When absent: the step always runs.", Format = "multiline")]
        public string? Check { get; init; }
    }

    internal sealed record Output
    {
        [Field("Standard output without blanks at its ends, at most its last 64 KiB. Empty when the check found all so.")]
        public string Stdout { get; init; } = "";

        [Field("Standard error, likewise.")]
        public string Stderr { get; init; } = "";

        [Field("Exit code: always 0 when the step completes.")]
        public int ExitCode { get; init; }

        [Field("What the script wrote to `$ORCHESTRATOR_OUTPUT`.")]
        public IReadOnlyDictionary<string, Value> Outputs { get; init; } = new Dictionary<string, Value>();
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        if (input.Check is null) return Check<Output>.Unknown("a script without a check runs each time");
        var check = await ScriptRun.OnceAsync(input.Check, ScriptRun.Arguments(input.Shell), null, input.Cwd, null, context, cancellationToken).ConfigureAwait(false);
        return check.ExitCode == 0
            ? Check<Output>.Satisfied(new Output())
            : Check<Output>.Differs(new Change("script", $"its check exits {check.ExitCode}", "runs"));
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var shell = ScriptRun.Arguments(input.Shell);
        var result = context.Effect == Effect.Reattach
            ? await ScriptJob.FollowAsync(input.Script, shell, input.Stdin, input.Cwd, context, cancellationToken).ConfigureAwait(false)
            : await ScriptRun.OnceAsync(input.Script, shell, input.Stdin, input.Cwd, context.Log, context, cancellationToken).ConfigureAwait(false);
        if (result.ExitCode != 0) throw Exited(result);
        var output = new Output { Stdout = Bounded(result.Output), Stderr = Bounded(result.Error), Outputs = ScriptOutputs.Parse(result.Outputs) };
        return context.Effect == Effect.Read ? Outcome<Output>.Same(output) : Outcome<Output>.Changes(output);
    }

    private static FailureException Exited(ScriptResult result)
    {
        var said = result.Error.Trim().Length > 0 ? result.Error : result.Output;
        var tail = said.Split('\n', StringSplitOptions.RemoveEmptyEntries).TakeLast(20).ToArray();
        return new FailureException(new Failure(
            "run.exit", FailureKind.Permanent, $"the script ended with exit code {result.ExitCode}{(tail.Length == 0 ? "" : $": {tail[^1].Trim()}")}",
            Value.Map(("exitCode", Value.Of(result.ExitCode))), tail));
    }

    private static string Bounded(string text)
    {
        const int most = 64 * 1024;
        text = text.Trim();
        return text.Length <= most ? text : text[^most..];
    }
}
