using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Progress;

/// <summary>Shows a run while it goes on.</summary>
internal abstract class RunDisplay
{
    /// <summary>The display that suits: JSON when asked for, a redrawn screen for a person, else lines.</summary>
    public static RunDisplay For(Terminal terminal, bool json, bool plain, NextCommand next, RunSnapshot? found) =>
        json ? new JsonDisplay(terminal) : terminal.IsInteractive && !plain ? new LiveDisplay(terminal, next) : new PlainDisplay(terminal, next, found);

    /// <summary>Shows a state. Called several times a second, also when nothing changed, because time did.</summary>
    public abstract void Show(RunSnapshot snapshot, DateTimeOffset now);

    /// <summary>Shows the state in which the command leaves the run, and what came of it.</summary>
    public abstract void End(RunSnapshot snapshot, DateTimeOffset now);
}
