using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Progress;

/// <summary>Prints a line when something happens: for files, pipes and dumb terminals.</summary>
internal sealed class PlainDisplay(Terminal terminal) : RunDisplay
{
    private RunSnapshot? _shown;

    /// <inheritdoc/>
    public override void Show(RunSnapshot snapshot, DateTimeOffset now)
    {
        foreach (var line in RunChanges.Between(_shown, snapshot, now)) terminal.Write(line);
        terminal.Output.Flush();
        _shown = snapshot;
    }

    /// <inheritdoc/>
    public override void End(RunSnapshot snapshot, DateTimeOffset now)
    {
        Show(snapshot, now);
        foreach (var line in RunEnding.Lines(snapshot, now)) terminal.Write(line);
        terminal.Output.Flush();
    }
}
