namespace Orchestrator.Engine.Storage;

/// <summary>Instants as stores keep them: whole milliseconds since 1970, UTC.</summary>
public static class StoredInstant
{
    /// <summary>The millisecond an instant lies in.</summary>
    public static long Of(DateTimeOffset at) => at.ToUnixTimeMilliseconds();

    /// <summary>The first millisecond that is not before an instant: a timer may fire late, never early.</summary>
    public static long NotBefore(DateTimeOffset due)
    {
        var milliseconds = due.ToUnixTimeMilliseconds();
        return due.UtcTicks % TimeSpan.TicksPerMillisecond == 0 ? milliseconds : milliseconds + 1;
    }

    /// <summary>The instant of a stored number.</summary>
    public static DateTimeOffset From(long milliseconds) => DateTimeOffset.FromUnixTimeMilliseconds(milliseconds);
}
