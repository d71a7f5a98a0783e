using System.CommandLine;
using Orchestrator.Cli.Sessions;
using Orchestrator.Cli.Terminals;
using Orchestrator.Engine.Runs;

namespace Orchestrator.Cli.Progress;

/// <summary>Stays with a run until there is nothing more to see.</summary>
internal static class Following
{
    private static readonly TimeSpan TakeOverInterval = TimeSpan.FromSeconds(1);

    /// <summary>Leave as soon as the run waits.</summary>
    public static readonly Option<bool> NoWait = new("--no-wait") { Description = "Leave as soon as the run waits (exit code 3)" };

    /// <summary>
    /// Shows a run until it ends or is paused, with <see cref="NoWait"/> also until it waits, or until the person interrupts. Gives the exit code.
    /// </summary>
    /// <param name="session">The hold on the store.</param>
    /// <param name="runId">The run.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="terminal">Where to.</param>
    /// <param name="found">The run as the command found it; lines tell what is new since. Null for a run that it started.</param>
    /// <param name="folder">Folder of the blueprint file, for places in it.</param>
    public static async Task<int> FollowAsync(Session session, string runId, ParseResult parsed, Terminal terminal, RunSnapshot? found = null, string folder = "")
    {
        var next = NextCommand.In(session, terminal);
        var display = RunDisplay.For(terminal, parsed.GetValue(CommonOptions.Json), parsed.GetValue(CommonOptions.Plain), next, found);
        var reader = new RunReader(withLogs: display is LiveDisplay, folder);
        var asked = terminal.Time.GetTimestamp();
        var leaveWhenWaiting = parsed.GetValue(NoWait);
        while (true)
        {
            var snapshot = await reader.ReadAsync(session, runId).ConfigureAwait(false);
            if (snapshot is not null)
            {
                var now = terminal.Time.GetUtcNow();
                var interrupted = terminal.Interrupted.IsCancellationRequested;
                if (snapshot.HasEnded || snapshot.IsPaused || (leaveWhenWaiting && Waits(snapshot)) || interrupted)
                {
                    display.End(snapshot, now);
                    if (interrupted && !snapshot.HasEnded) Detached(session, runId, terminal, next);
                    await session.LingerAsync().ConfigureAwait(false);
                    return CodeOf(snapshot.Root.Status);
                }

                display.Show(snapshot, now);
            }

            if (!session.Drives && terminal.Time.GetElapsedTime(asked) >= TakeOverInterval)
            {
                await session.TryOwnAsync().ConfigureAwait(false);
                asked = terminal.Time.GetTimestamp();
            }

            await terminal.PauseAsync().ConfigureAwait(false);
        }
    }

    /// <summary>The exit code for a run that is left in this state.</summary>
    public static int CodeOf(RunStatus status) => status switch
    {
        RunStatus.Completed => ExitCode.Done,
        RunStatus.Failed or RunStatus.Cancelled => ExitCode.Failed,
        _ => ExitCode.Unfinished,
    };

    /// <summary>A run that waits for a child that moves is not waiting for anything outside.</summary>
    private static bool Waits(RunSnapshot snapshot) =>
        snapshot.Root.Status == RunStatus.Waiting && snapshot.Children.Values.All(child => child.Status is not (RunStatus.Running or RunStatus.Pending));

    private static void Detached(Session session, string runId, Terminal terminal, NextCommand next) => terminal.Error.WriteLine(!session.Drives
        ? $"left run {runId}; it goes on in the process that owns the store. Follow it again: {next.Line("resume", runId)}"
        : $"left run {runId}; it is on disk and goes on with: {next.Line("resume", runId)}");

    /// <summary>The run as it is before a command does something to it.</summary>
    public static Task<RunSnapshot?> FoundAsync(Session session, string runId) => new RunReader(withLogs: false).ReadAsync(session, runId);
}
