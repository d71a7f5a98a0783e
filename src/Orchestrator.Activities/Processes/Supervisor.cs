using System.Globalization;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Targets;

namespace Orchestrator.Activities.Processes;

/// <summary>
/// Programs that run on a target without us: each in a session of its own under a few lines of POSIX shell, with a folder below <see cref="Shell.State"/> that says who runs
/// (<c>owner</c>, a symbolic link <c>pid:start</c>: made in one step, so two starters never both run), <c>pid</c> of the program, <c>out</c>, <c>err</c> and, at its end,
/// <c>exit</c>. A pid is only believed together with its start time, so a number that was given out again is never taken for ours.
/// </summary>
internal static class Supervisor
{
    // started PID: its start time, nothing when it is gone or a zombie. look DIR: sets status, pid and exit.
    private const string Functions = """
        started() {
          s=$(cat "/proc/$1/stat" 2>/dev/null) || return 1
          s=${s##*) }
          set -- $s
          [ "$1" != Z ] || return 1
          printf %s "${20}"
        }
        alive() { [ -n "$1" ] && [ "$(started "${1%%:*}")" = "${1#*:}" ]; }
        look() {
          status=absent pid= exit=
          owner=$(readlink "$1/owner" 2>/dev/null) || return 0
          child=$(cat "$1/pid" 2>/dev/null)
          pid=${child%%:*}
          if [ -e "$1/exit" ]; then status=exited exit=$(cat "$1/exit")
          elif alive "$owner" || alive "$child"; then status=running
          else status=lost; fi
        }

        """;

    // The file `supervise` of the folder: who owns the folder runs the program; `launch` becomes the program.
    private const string Supervise = Functions + """
        dir=$1 mask=$2 verb=$3; shift 3
        if [ "$verb" = launch ]; then
          printf %s "$$:$(started $$)" >"$dir/pid"
          umask "$mask"
          exec "$@"
        fi
        ln -s "$$:$(started $$)" "$dir/owner" 2>/dev/null || exit 0
        trap : TERM INT HUP
        if [ -e "$dir/stdin" ]; then exec 3<"$dir/stdin"; rm -f "$dir/stdin"; else exec 3</dev/null; fi
        exec >>"$dir/out"
        if [ "$verb" = one-log ]; then exec 2>&1; else exec 2>>"$dir/err"; fi
        sh "$dir/supervise" "$dir" "$mask" launch "$@" <&3 3<&-
        code=$?
        printf %s "$code" >"$dir/exit.part"; mv "$dir/exit.part" "$dir/exit"

        """;

    private const string Stop = Functions + """
        dir=$1 grace=$2
        finish() {
          look "$dir"
          [ "$status" = running ] || return 0
          [ "${owner%%:*}" -gt 1 ] || { echo "the owner of $dir is no process of ours" >&2; exit 1; }
          kill "-$1" "-${owner%%:*}" 2>/dev/null
          i=0
          while [ "$status" = running ] && [ "$i" -lt "$2" ]; do sleep 0.1; i=$((i + 1)); look "$dir"; done
        }
        finish TERM "$grace"
        finish KILL 50
        [ "$status" != running ] || { echo "process ${owner%%:*} does not end" >&2; exit 1; }
        if [ -e "$dir/out" ]; then mv -f "$dir/out" "$dir/out.1"; fi
        rm -f "$dir/owner" "$dir/pid" "$dir/exit" "$dir/err" "$dir/reported"
        """;

    /// <summary>
    /// Says what runs in the folder <paramref name="name"/> below the state folder, for example <c>processes/caddy</c>; makes it first when <paramref name="create"/> is set.
    /// <paramref name="user"/> runs the program and owns the folder; null = the target's own.
    /// </summary>
    public static async Task<SupervisedState> LookAsync(ActivityContext context, string name, string? user, bool create, CancellationToken cancellationToken)
    {
        const string script = Shell.State + Functions + """
            dir=$state/$1
            if [ "$2" = true ]; then mkdir -p "$dir" || exit 1; fi
            look "$dir"
            printf '%s\n' "$dir" "$status" "$pid" "$exit" "$(cat "$dir/mark" 2>/dev/null)" "$(cat "$dir/reported" 2>/dev/null)"
            """;
        var found = await context.ScriptAsync(script, [name, create ? "true" : "false"], cancellationToken, user: user).ConfigureAwait(false);
        var lines = found.OrFail("process.state", $"cannot read the state of {name} on the target").Output.Split('\n');
        return new SupervisedState(lines[0], Enum.Parse<SupervisedStatus>(lines[1], ignoreCase: true), Number(lines[2]), Number(lines[3]), lines[4], Number(lines[5]));
    }

    /// <summary>
    /// Starts <paramref name="program"/> unless the folder has one already, running or ended. Its standard input is the folder's file <c>stdin</c> when there is one;
    /// <paramref name="mark"/> is kept beside it, to tell later whether it is still the same; with <paramref name="oneLog"/> standard error goes to <c>out</c> too.
    /// </summary>
    public static async Task StartAsync(ActivityContext context, string folder, Command program, string mark, bool oneLog, CancellationToken cancellationToken)
    {
        const string script = Shell.State + """
            dir=$1 verb=$2 mark=$3 supervise=$4; shift 4
            mkdir -p "$dir" || exit 1
            if [ ! -L "$dir/owner" ]; then
              printf %s "$mark" >"$dir/mark"
              printf %s "$supervise" >"$dir/supervise"
              setsid sh "$dir/supervise" "$dir" "$mask" "$verb" "$@" </dev/null >/dev/null 2>&1 &
              i=0
              while [ ! -L "$dir/owner" ] && [ "$i" -lt 200 ]; do sleep 0.05; i=$((i + 1)); done
            fi
            [ -L "$dir/owner" ] || { echo "the supervisor did not start; is setsid there?" >&2; exit 1; }
            """;
        var started = await context.Target.RunAsync(
            program with { Arguments = ["sh", "-c", script, "orchestrator", folder, oneLog ? "one-log" : "two-logs", mark, Supervise, .. program.Arguments] },
            cancellationToken).ConfigureAwait(false);
        started.OrFail("process.notStarted", $"cannot start {program.Arguments[0]}");
    }

    /// <summary>Ends what runs in the folder, TERM first and KILL after <paramref name="grace"/>, and forgets it. Its output stays as <c>out.1</c>.</summary>
    public static async Task StopAsync(ActivityContext context, string folder, string? user, TimeSpan grace, CancellationToken cancellationToken)
    {
        var tenths = ((int)(grace.TotalSeconds * 10)).ToString(CultureInfo.InvariantCulture);
        var stopped = await context.ScriptAsync(Stop, [folder, tenths], cancellationToken, user: user).ConfigureAwait(false);
        stopped.OrFail("process.notStopped", $"cannot end the program of {folder}", FailureKind.Transient);
    }

    /// <summary>The last lines the program wrote, oldest first.</summary>
    public static async Task<string[]> TailAsync(ActivityContext context, string folder, string? user, CancellationToken cancellationToken)
    {
        var tail = await context.ScriptAsync("cat \"$1/out\" \"$1/err\" 2>/dev/null | tail -n 20", [folder], cancellationToken, user: user).ConfigureAwait(false);
        return tail.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    private static int? Number(string text) => int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null;
}

/// <summary>What a supervised folder says.</summary>
/// <param name="Folder">Its absolute path on the target.</param>
/// <param name="Status">Whether the program runs.</param>
/// <param name="Pid">Of the program; null before it started.</param>
/// <param name="ExitCode">Null until it ended by itself.</param>
/// <param name="Mark">What it was started with; empty when it never was.</param>
/// <param name="ReportedAttempt">The attempt that reported its end as a failure; null when none did.</param>
internal sealed record SupervisedState(string Folder, SupervisedStatus Status, int? Pid, int? ExitCode, string Mark, int? ReportedAttempt);

/// <summary>Whether a supervised program runs.</summary>
internal enum SupervisedStatus
{
    /// <summary>Nothing was started.</summary>
    Absent,

    /// <summary>It runs.</summary>
    Running,

    /// <summary>It ended and its exit code is known.</summary>
    Exited,

    /// <summary>It is gone without a word: killed together with its supervisor, or the machine was restarted.</summary>
    Lost,
}
