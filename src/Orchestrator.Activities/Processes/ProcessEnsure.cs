using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Processes;

/// <summary>A program that keeps running.</summary>
[Activity("process.ensure", Effect.Idempotent, "Make sure a program runs in the background with exactly this command.", HasUndo = true, Remarks = """
    For targets without a service manager. The program must stay in the foreground; it is started in a session of its own and its output goes to a log file in the target's
    state folder. It is left alone while it runs with the same command, environment, folder and user; when any of these differs it is stopped (TERM, then KILL after
    `stopTimeout`) and started anew. A program that ends within `settle` fails with `process.exited` and its last lines. Undo stops it. It is found again by its pid and start
    time, so no other process is ever touched.
    """, Example = """
    - id: api
      uses: process.ensure@1
      with:
        name: orchestrator-api
        command: [/opt/orchestrator/orchestrator, serve]
        env: {ORCHESTRATOR_HOME: /optvar/orchestrator}
      target: node
    """)]
internal sealed class ProcessEnsure : Activity<ProcessEnsure.Input, ProcessEnsure.Output>
{
    internal sealed record Input
    {
        [Field("Its name on the target; one name is one program.", Pattern = "[A-Za-z0-9][A-Za-z0-9_.-]{0,63}")]
        public required string Name { get; init; }

        [Field("The program and its arguments. No secrets: arguments are visible to everyone on the machine.", MinLength = 1)]
        public required IReadOnlyList<string> Command { get; init; }

        [Field("Variables for the program, on top of the step's `env`. May be secrets.")]
        public IReadOnlyDictionary<string, Secret> Env { get; init; } = new Dictionary<string, Secret>();

        [Field("Working folder. When absent: the target's default.", Format = "path")]
        public string? Cwd { get; init; }

        [Field("User to run as. When absent: the target's own.", MinLength = 1)]
        public string? User { get; init; }

        [Field("How long it must stay up before the step is done.", Min = 0, Max = 600)]
        public TimeSpan Settle { get; init; } = TimeSpan.FromSeconds(1);

        [Field("How long it may take to end when it is stopped.", Min = 0, Max = 600)]
        public TimeSpan StopTimeout { get; init; } = TimeSpan.FromSeconds(10);
    }

    internal sealed record Output
    {
        [Field("Process id on the target.")]
        public required int Pid { get; init; }

        [Field("File with everything it wrote since it was started; the file before is kept beside it as `out.1`.", Format = "path")]
        public required string Log { get; init; }
    }

    protected override async Task<Check<Output>> CheckAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var state = await Supervisor.LookAsync(context, Folder(input), input.User, create: false, cancellationToken).ConfigureAwait(false);
        var now = state.Status switch
        {
            SupervisedStatus.Running when state.Mark == Mark(input, context) => null,
            SupervisedStatus.Running => $"runs as {state.Pid} with another command, environment, folder or user",
            SupervisedStatus.Exited => $"ended with exit code {state.ExitCode}",
            SupervisedStatus.Lost => "was killed",
            _ => "not started",
        };
        return now is null && state.Pid is { } pid
            ? Check<Output>.Satisfied(new Output { Pid = pid, Log = $"{state.Folder}/out" })
            : Check<Output>.Differs(new Change(input.Name, now ?? "is starting", "running"));
    }

    protected override async Task<Outcome<Output>> ApplyAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var state = await Supervisor.LookAsync(context, Folder(input), input.User, create: true, cancellationToken).ConfigureAwait(false);
        if (state.Status != SupervisedStatus.Absent) await Supervisor.StopAsync(context, state.Folder, input.User, input.StopTimeout, cancellationToken).ConfigureAwait(false);
        var program = new Command(input.Command) { Environment = Variables(input, context), WorkingDirectory = input.Cwd, User = input.User };
        await Supervisor.StartAsync(context, state.Folder, program, Mark(input, context), oneLog: true, cancellationToken).ConfigureAwait(false);
        var pid = await SettleAsync(input, context, cancellationToken).ConfigureAwait(false);
        return Outcome<Output>.Changes(new Output { Pid = pid, Log = $"{state.Folder}/out" });
    }

    protected override async Task UndoAsync(Input input, Output output, ActivityContext context, CancellationToken cancellationToken)
    {
        var state = await Supervisor.LookAsync(context, Folder(input), input.User, create: false, cancellationToken).ConfigureAwait(false);
        if (state.Status != SupervisedStatus.Absent) await Supervisor.StopAsync(context, state.Folder, input.User, input.StopTimeout, cancellationToken).ConfigureAwait(false);
    }

    private static async Task<int> SettleAsync(Input input, ActivityContext context, CancellationToken cancellationToken)
    {
        var started = context.Time.GetTimestamp();
        while (true)
        {
            var state = await Supervisor.LookAsync(context, Folder(input), input.User, create: false, cancellationToken).ConfigureAwait(false);
            if (state.Status != SupervisedStatus.Running) throw await ExitedAsync(input, state, context, cancellationToken).ConfigureAwait(false);
            var left = input.Settle - context.Time.GetElapsedTime(started);
            if (state.Pid is { } pid && left <= TimeSpan.Zero) return pid;
            await Task.Delay(left > TimeSpan.Zero && left < TimeSpan.FromMilliseconds(100) ? left : TimeSpan.FromMilliseconds(100), context.Time, cancellationToken).ConfigureAwait(false);
        }
    }

    private static async Task<FailureException> ExitedAsync(Input input, SupervisedState state, ActivityContext context, CancellationToken cancellationToken)
    {
        var tail = await Supervisor.TailAsync(context, state.Folder, input.User, cancellationToken).ConfigureAwait(false);
        return new FailureException(new Failure(
            "process.exited", FailureKind.Permanent,
            $"{input.Name} ended with exit code {state.ExitCode?.ToString(System.Globalization.CultureInfo.InvariantCulture) ?? "unknown"} within {Durations.Format(input.Settle)}: {(tail.Length == 0 ? "it wrote nothing" : tail[^1])}",
            Value.Map(("exitCode", state.ExitCode is { } code ? Value.Of(code) : Value.Null), ("log", Value.Of($"{state.Folder}/out"))), tail));
    }

    private static string Folder(Input input) => $"processes/{input.Name}";

    private static Dictionary<string, string> Variables(Input input, ActivityContext context)
    {
        var variables = Shell.EnvironmentOf(context);
        foreach (var (name, value) in input.Env) variables[name] = value.Reveal();
        return variables;
    }

    private static string Mark(Input input, ActivityContext context)
    {
        var variables = Variables(input, context).OrderBy(variable => variable.Key, StringComparer.Ordinal).Select(variable => $"{variable.Key}={variable.Value}");
        string?[][] parts = [[.. input.Command], [input.Cwd, input.User], [.. variables]];
        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(parts))));
    }
}
