using System.Globalization;

namespace Orchestrator.Cli.Times;

/// <summary>Durations and instants as people read them.</summary>
internal static class HumanTime
{
    /// <summary>
    /// A duration with the precision that matters at its size: <c>0.4s</c>, <c>12.3s</c>, <c>2m05s</c>, <c>1h04m</c>, <c>3d02h</c>. Negative ones are <c>0.0s</c>.
    /// </summary>
    public static string Precise(TimeSpan duration)
    {
        if (duration < TimeSpan.Zero) duration = TimeSpan.Zero;
        // Rounding first keeps 59.96 s from becoming "60.0s".
        if (duration < TimeSpan.FromSeconds(59.95)) return duration.TotalSeconds.ToString("0.0", CultureInfo.InvariantCulture) + "s";
        duration = TimeSpan.FromSeconds(Math.Round(duration.TotalSeconds));
        return duration switch
        {
            { TotalHours: < 1 } => $"{duration.Minutes}m{duration.Seconds:00}s",
            { TotalDays: < 1 } => $"{duration.Hours}h{duration.Minutes:00}m",
            _ => $"{(int)duration.TotalDays}d{duration.Hours:00}h",
        };
    }

    /// <summary>A countdown in whole seconds, rounded up so that it reaches zero when the time has come: <c>12s</c>, <c>2m05s</c>, <c>23h59m</c>.</summary>
    public static string Countdown(TimeSpan left)
    {
        var seconds = Math.Max(0, (long)Math.Ceiling(left.TotalSeconds));
        return seconds < 60 ? $"{seconds}s" : Precise(TimeSpan.FromSeconds(seconds));
    }

    /// <summary>How long ago: <c>now</c>, <c>12s ago</c>, <c>5m ago</c>, <c>3h ago</c>, <c>12d ago</c>.</summary>
    public static string Ago(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "now",
        { TotalMinutes: < 1 } => $"{(int)age.TotalSeconds}s ago",
        { TotalHours: < 1 } => $"{(int)age.TotalMinutes}m ago",
        { TotalDays: < 1 } => $"{(int)age.TotalHours}h ago",
        _ => $"{(int)age.TotalDays}d ago",
    };

    /// <summary>An instant, UTC, to the second: <c>2026-11-21 01:13:42Z</c>.</summary>
    public static string Instant(DateTimeOffset instant) => instant.UtcDateTime.ToString("yyyy-MM-dd HH:mm:ss'Z'", CultureInfo.InvariantCulture);
}
