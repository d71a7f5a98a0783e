using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Elsa;
using Orchestrator.Model.Schedules;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Triggers;

/// <summary>A schedule as its row in the index says.</summary>
/// <param name="Schedule">Its times.</param>
/// <param name="CatchUp">Which missed times are made up for.</param>
/// <param name="Overlap">What happens when the run before still moves.</param>
/// <param name="Spread">A start comes up to this much later than its time, by a chance that is the same each time one looks.</param>
internal sealed record ScheduleTrigger(Schedule Schedule, CatchUp CatchUp, Overlap Overlap, TimeSpan Spread)
{
    /// <summary>True for the kinds that come by the clock.</summary>
    public static bool IsSchedule(string kind) => kind is "cron" or "elsa.cron" or "elsa.timer" or "elsa.startAt";

    /// <summary>Reads a row.</summary>
    public static ScheduleTrigger Of(StoredTrigger trigger)
    {
        var settings = PlainJson.Parse(Encoding.UTF8.GetString(trigger.Settings.Span));
        string? Text(string key) => settings.Get(key)?.AsString();
        return trigger.Kind switch
        {
            "cron" => new ScheduleTrigger(
                new CronSchedule(CronExpression.Parse(Text("expr")!, CronDialect.Blueprint), TimeZoneInfo.FindSystemTimeZoneById(Text("timezone") ?? "UTC")),
                Enum.Parse<CatchUp>(Text("catchUp") ?? "latest", ignoreCase: true), Enum.Parse<Overlap>(Text("overlap") ?? "skip", ignoreCase: true),
                Durations.TryParse(Text("spread"), out var spread) ? spread : TimeSpan.Zero),
            "elsa.cron" => Elsa(new CronSchedule(CronExpression.Parse(Text("cronExpression")!, CronDialect.Elsa), TimeZoneInfo.Utc)),
            "elsa.timer" => Elsa(new IntervalSchedule(ElsaTypes.ToSpan(settings.Get("interval")!)!.Value, trigger.IndexedAt)),
            "elsa.startAt" => Elsa(new InstantSchedule(ElsaTypes.ToInstant(settings.Get("dateTime")!)!.Value)),
            _ => throw new InvalidOperationException($"{trigger.Kind} is no schedule"),
        };
    }

    /// <summary>How much later than its time an occurrence starts.</summary>
    public TimeSpan Delay(string triggerId, DateTimeOffset time)
    {
        if (Spread <= TimeSpan.Zero) return TimeSpan.Zero;
        var chance = BinaryPrimitives.ReadUInt32BigEndian(SHA256.HashData(Encoding.UTF8.GetBytes($"{triggerId}|{Instants.Text(time)}")));
        return Spread * (chance / (double)uint.MaxValue);
    }

    // Elsa fires what is past due at its start, once, and starts runs beside each other.
    private static ScheduleTrigger Elsa(Schedule schedule) => new(schedule, CatchUp.Latest, Overlap.Allow, TimeSpan.Zero);
}

/// <summary>What a schedule does when the run it started before still moves.</summary>
internal enum Overlap
{
    /// <summary>Passes the time over.</summary>
    Skip,

    /// <summary>Starts when that run has ended.</summary>
    Queue,

    /// <summary>Cancels that run and starts.</summary>
    Replace,

    /// <summary>Starts beside it.</summary>
    Allow,
}
