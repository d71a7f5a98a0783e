using System.Globalization;
using System.Text;

namespace Orchestrator.Model.Schemas;

/// <summary>Durations as blueprints write them: <c>500ms</c>, <c>90s</c>, <c>2m</c>, <c>1h30m</c>, <c>2d</c>; <c>0s</c> is zero. At most 10 years.</summary>
public static class Durations
{
    // The longest first.
    private static readonly (string Unit, TimeSpan Length)[] Units =
    [
        ("d", TimeSpan.FromDays(1)), ("h", TimeSpan.FromHours(1)), ("m", TimeSpan.FromMinutes(1)), ("s", TimeSpan.FromSeconds(1)), ("ms", TimeSpan.FromMilliseconds(1)),
    ];

    private static readonly TimeSpan Longest = TimeSpan.FromDays(3650);

    /// <summary>Reads a duration. False for anything else, signs, fractions, units out of order or twice included.</summary>
    public static bool TryParse(string? text, out TimeSpan duration)
    {
        duration = TimeSpan.Zero;
        if (string.IsNullOrEmpty(text) || text.Length > 32) return false;
        var last = TimeSpan.MaxValue;
        for (var i = 0; i < text.Length;)
        {
            var start = i;
            while (i < text.Length && char.IsAsciiDigit(text[i])) i++;
            if (i == start || !long.TryParse(text.AsSpan(start, i - start), NumberStyles.None, CultureInfo.InvariantCulture, out var count)) return false;
            var unit = Array.FindIndex(Units, candidate => text.AsSpan(i).StartsWith(candidate.Unit, StringComparison.Ordinal) && !(candidate.Unit == "m" && text.AsSpan(i).StartsWith("ms", StringComparison.Ordinal)));
            if (unit < 0 || Units[unit].Length >= last || count > Longest / Units[unit].Length) return false;
            last = Units[unit].Length;
            duration += count * last;
            i += Units[unit].Unit.Length;
        }

        return duration <= Longest;
    }

    /// <summary>Writes a duration in the same form, for example <c>1h30m</c>; below a millisecond is cut off.</summary>
    public static string Format(TimeSpan duration)
    {
        var text = new StringBuilder();
        foreach (var (unit, length) in Units)
        {
            var count = duration.Ticks / length.Ticks;
            if (count <= 0) continue;
            text.Append(CultureInfo.InvariantCulture, $"{count}{unit}");
            duration -= count * length;
        }

        return text.Length == 0 ? "0s" : text.ToString();
    }
}
