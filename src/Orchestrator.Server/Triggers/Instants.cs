using System.Globalization;

namespace Orchestrator.Server.Triggers;

/// <summary>Instants as text: in events, keys and answers.</summary>
internal static class Instants
{
    /// <summary>UTC; milliseconds only when there are some.</summary>
    public static string Text(DateTimeOffset at) =>
        at.UtcDateTime.ToString(at.Ticks % TimeSpan.TicksPerSecond < TimeSpan.TicksPerMillisecond ? "yyyy-MM-ddTHH:mm:ssZ" : "yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture);
}
