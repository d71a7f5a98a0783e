namespace Orchestrator.Model.Schedules;

/// <summary>When something starts by itself. The family is closed: cron, interval, one instant.</summary>
public abstract record Schedule
{
    /// <summary>The first time after an instant, UTC; null when there is none.</summary>
    public abstract DateTimeOffset? Next(DateTimeOffset after);

    /// <summary>
    /// The times that came due, from <paramref name="first"/> (included) up to <paramref name="now"/>, as the policy wants them, oldest first. At most <paramref name="most"/>: the newest.
    /// What is late by less than <paramref name="grace"/> is not missed: no clock is exact.
    /// </summary>
    public IReadOnlyList<DateTimeOffset> Missed(DateTimeOffset first, DateTimeOffset now, CatchUp catchUp, TimeSpan grace, int most = 1000)
    {
        var wanted = catchUp == CatchUp.All ? most : 1;
        var due = Windows.Select(window => now - window).Where(from => from > first).Select(from => Due(Next(from), now, wanted)).FirstOrDefault(found => found.Count >= wanted)
            ?? Due(first, now, wanted);
        return catchUp == CatchUp.None ? [.. due.Where(time => now - time <= grace)] : [.. due];
    }

    // Looked at from the end: a schedule of every second must not be walked through from a year ago.
    private static readonly TimeSpan[] Windows = [TimeSpan.FromMinutes(1), TimeSpan.FromHours(1), TimeSpan.FromDays(1), TimeSpan.FromDays(32), TimeSpan.FromDays(370)];

    private Queue<DateTimeOffset> Due(DateTimeOffset? first, DateTimeOffset now, int wanted)
    {
        var due = new Queue<DateTimeOffset>();
        for (var at = first; at is { } time && time <= now; at = Next(time))
        {
            due.Enqueue(time);
            if (due.Count > wanted) due.Dequeue();
        }

        return due;
    }
}

/// <summary>The times of a cron expression in a time zone.</summary>
public sealed record CronSchedule(CronExpression Expression, TimeZoneInfo Zone) : Schedule
{
    /// <inheritdoc/>
    public override DateTimeOffset? Next(DateTimeOffset after) => Expression.Next(after, Zone);
}

/// <summary>Every so often, counted from an instant, which is not one of the times.</summary>
/// <param name="Every">At least one second.</param>
/// <param name="Anchor">From when on, UTC.</param>
public sealed record IntervalSchedule(TimeSpan Every, DateTimeOffset Anchor) : Schedule
{
    /// <inheritdoc/>
    public override DateTimeOffset? Next(DateTimeOffset after) =>
        after < Anchor ? Anchor + Every : Anchor + Every * (Math.Floor((after - Anchor) / Every) + 1);
}

/// <summary>Once.</summary>
public sealed record InstantSchedule(DateTimeOffset At) : Schedule
{
    /// <inheritdoc/>
    public override DateTimeOffset? Next(DateTimeOffset after) => after < At ? At : null;
}

/// <summary>Which of the times that passed while nobody was there are made up for.</summary>
public enum CatchUp
{
    /// <summary>None.</summary>
    None,

    /// <summary>The newest.</summary>
    Latest,

    /// <summary>All of them, at most the newest thousand.</summary>
    All,
}
