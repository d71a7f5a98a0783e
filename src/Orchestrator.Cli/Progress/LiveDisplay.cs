using System.Text;
using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Progress;

/// <summary>Redraws the step tree in place, with countdowns.</summary>
internal sealed class LiveDisplay(Terminal terminal, NextCommand next) : RunDisplay
{
    private const string HideCursor = "\e[?25l";
    private const string ShowCursor = "\e[?25h";

    private string _drawn = "";
    private int _height;

    /// <inheritdoc/>
    public override void Show(RunSnapshot snapshot, DateTimeOffset now)
    {
        var (width, height) = terminal.Size();
        Draw(Fit(RunLines.Render(snapshot, now), height - 1), width);
    }

    /// <inheritdoc/>
    public override void End(RunSnapshot snapshot, DateTimeOffset now)
    {
        var width = terminal.Size().Width;
        Draw(RunLines.Render(snapshot, now), width);
        terminal.Output.Write(ShowCursor);
        foreach (var line in RunEnding.Lines(snapshot, now, next)) terminal.Write(line);
        terminal.Output.Flush();
    }

    /// <summary>As many lines as the window holds: the head, and the stretch that ends with what is moving now.</summary>
    public static IReadOnlyList<TextLine> Fit(IReadOnlyList<TextLine> lines, int height)
    {
        if (lines.Count <= height || height < 3) return lines.Count <= height ? lines : [.. lines.Take(Math.Max(1, height))];
        var body = lines.Skip(1).ToList();
        var room = height - 2;
        var last = body.FindLastIndex(line => line.IsActive);
        var start = Math.Clamp(last + 1 + (room / 4) - room, 0, body.Count - room);
        return [lines[0], .. body.Skip(start).Take(room), new TextLine().Add($"  … {body.Count - room} more lines", Style.Faint)];
    }

    private void Draw(IReadOnlyList<TextLine> lines, int width)
    {
        // One column is left free: a terminal that is about to wrap erases the last character with the rest of the line.
        var text = string.Join("\e[K\n", lines.Select(line => line.Clip(width - 1).ToString(terminal.Colours))) + "\e[K\n";
        if (text == _drawn) return;
        var frame = new StringBuilder(HideCursor);
        if (_height > 0) frame.Append($"\e[{_height}A\r");
        frame.Append(text).Append("\e[J");
        terminal.Output.Write(frame.ToString());
        terminal.Output.Flush();
        (_drawn, _height) = (text, lines.Count);
    }
}
