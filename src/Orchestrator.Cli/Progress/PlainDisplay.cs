using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Progress;

/// <summary>Prints a line when something happens: for files, pipes and dumb terminals.</summary>
/// <param name="terminal">Where to.</param>
/// <param name="next">Names the commands that go on.</param>
/// <param name="found">The run as the command found it, which is not told again; null for a run that it started.</param>
internal sealed class PlainDisplay(Terminal terminal, NextCommand next, RunSnapshot? found) : RunDisplay
{
    private readonly Reminders _reminders = new();
    private RunSnapshot? _shown;

    /// <inheritdoc/>
    public override void Show(RunSnapshot snapshot, DateTimeOffset now)
    {
        if (!ReferenceEquals(_shown, snapshot))
        {
            var lines = _shown is null && found is not null ? RunChanges.Onwards(found, snapshot, now) : RunChanges.Between(_shown, snapshot, now);
            foreach (var line in lines) terminal.Write(line);
            _shown = snapshot;
        }

        foreach (var line in _reminders.Due(snapshot, now)) terminal.Write(line);
        terminal.Output.Flush();
    }

    /// <inheritdoc/>
    public override void End(RunSnapshot snapshot, DateTimeOffset now)
    {
        Show(snapshot, now);
        foreach (var line in RunEnding.Lines(snapshot, now, next)) terminal.Write(line);
        terminal.Output.Flush();
    }
}
