namespace Orchestrator.Model.Schedules;

/// <summary>
/// A cron expression: which wall-clock times it names. Immutable and pure. In a time zone with summer time the rules are those of people, not of clocks: an expression with fixed hours fires
/// once for each time it names, at the first of two 02:30 and, when there is no 02:30, at the moment the clocks jump; one whose hour is <c>*</c> or <c>*/n</c> means "every so often" and follows
/// the elapsed time, through both of two equal hours.
/// </summary>
public sealed class CronExpression
{
    // February 29 on a given day of the week comes at least once in 40 years, also over a year such as 2100.
    private const int SearchYears = 41;

    private readonly long _seconds;
    private readonly long _minutes;
    private readonly long _hours;
    private readonly long _months;
    private readonly CronDays _days;
    private readonly bool _isInterval;

    private CronExpression(string text, long seconds, long minutes, long hours, long months, CronDays days, bool isInterval) =>
        (Text, _seconds, _minutes, _hours, _months, _days, _isInterval) = (text, seconds, minutes, hours, months, days, isInterval);

    /// <summary>As it was written.</summary>
    public string Text { get; }

    /// <summary>Reads an expression; throws <see cref="FormatException"/> with the mistake.</summary>
    public static CronExpression Parse(string text, CronDialect dialect) =>
        TryParse(text, dialect, out var mistake) ?? throw new FormatException(mistake!.Problem);

    /// <summary>Reads an expression; null with its first mistake.</summary>
    public static CronExpression? TryParse(string text, CronDialect dialect, out CronMistake? mistake)
    {
        var elsa = dialect == CronDialect.Elsa;
        var written = elsa && Macros.TryGetValue(text.Trim().ToLowerInvariant(), out var macro) ? macro : text;
        var parts = Split(written);
        if (parts.Count != (elsa ? 6 : 5))
        {
            mistake = new CronMistake(0, text.Length, $"A cron expression {(elsa ? "of Elsa has six fields, seconds first" : "has five fields")}, not {parts.Count}.");
            return null;
        }

        CronMistake? found = null;
        var offset = elsa ? 1 : 0;
        var seconds = elsa ? Read(0, CronField.Second) : 1;
        var minutes = Read(offset, CronField.Minute);
        var hours = Read(offset + 1, CronField.Hour);
        var ofMonth = new List<Func<DateOnly, bool>>();
        var daysOfMonth = Read(offset + 2, CronField.DayOfMonth, CronDays.SpecialOfMonth, ofMonth);
        var months = Read(offset + 3, CronField.Month);
        var ofWeek = new List<Func<DateOnly, bool>>();
        var daysOfWeek = Read(offset + 4, CronField.DayOfWeek, CronDays.SpecialOfWeek, ofWeek);
        mistake = found;
        if (found is not null) return null;
        // As crontab(5): a day field that begins with a star is no restriction.
        var either = !elsa && !parts[offset + 2].Text.StartsWith('*') && !parts[offset + 4].Text.StartsWith('*');
        return new CronExpression(
            text, seconds, minutes, hours, months, new CronDays(daysOfMonth, daysOfWeek, ([.. ofMonth], [.. ofWeek]), either), parts[offset + 1].Text.StartsWith('*'));

        long Read(int index, CronField field, Func<string, Func<DateOnly, bool>?>? special = null, List<Func<DateOnly, bool>>? tests = null)
        {
            var bits = 0L;
            var (start, field0) = parts[index];
            foreach (var item in field0.Split(','))
            {
                if (elsa && special?.Invoke(item) is { } test) tests!.Add(test);
                else if (field.Add(elsa && item == "?" && special is not null ? "*" : item, elsa, ref bits) is { } problem) found ??= new CronMistake(start, field0.Length, problem);
            }

            return bits;
        }
    }

    /// <summary>The first time after an instant, UTC; null when there is none within 41 years (February 30).</summary>
    public DateTimeOffset? Next(DateTimeOffset after, TimeZoneInfo zone) => _isInterval ? NextElapsed(after, zone) : NextNamed(after, zone);

    // Wall-clock times in order have instants in order, so the first that lies behind is it.
    private DateTimeOffset? NextNamed(DateTimeOffset after, TimeZoneInfo zone)
    {
        var local = TimeZoneInfo.ConvertTime(after, zone).DateTime;
        for (var from = Floor(local); NextLocal(from) is { } time; from = time.AddSeconds(1))
            if (InstantOf(time, zone) is var instant && instant > after) return instant;
        return null;
    }

    private DateTimeOffset? NextElapsed(DateTimeOffset after, TimeZoneInfo zone)
    {
        var offset = zone.GetUtcOffset(after);
        var from = Floor(after.ToOffset(offset).DateTime).AddSeconds(1);
        while (NextLocal(from) is { } time)
        {
            var instant = new DateTimeOffset(time, offset);
            var there = zone.GetUtcOffset(instant);
            if (there == offset) return instant.ToUniversalTime();
            // The clocks change before that: look on from the change, in the new time.
            var change = ChangeBetween(after, instant, zone, offset);
            (after, offset) = (change, zone.GetUtcOffset(change));
            from = change.ToOffset(offset).DateTime;
        }

        return null;
    }

    // The second at which the offset is another for the first time.
    private static DateTimeOffset ChangeBetween(DateTimeOffset before, DateTimeOffset behind, TimeZoneInfo zone, TimeSpan offset)
    {
        var (low, high) = (before.ToUnixTimeSeconds(), behind.ToUnixTimeSeconds());
        while (high - low > 1)
        {
            var middle = low + (high - low) / 2;
            if (zone.GetUtcOffset(DateTimeOffset.FromUnixTimeSeconds(middle)) == offset) low = middle;
            else high = middle;
        }

        return DateTimeOffset.FromUnixTimeSeconds(high);
    }

    private static DateTimeOffset InstantOf(DateTime local, TimeZoneInfo zone)
    {
        if (zone.IsAmbiguousTime(local)) return new DateTimeOffset(local, zone.GetAmbiguousTimeOffsets(local).Max()).ToUniversalTime();
        if (!zone.IsInvalidTime(local)) return new DateTimeOffset(local, zone.GetUtcOffset(local)).ToUniversalTime();
        // Inside the hour that is left out. The offset of a moment well before it is the one that held until the jump.
        var before = zone.GetUtcOffset(local.AddHours(-3));
        return ChangeBetween(new DateTimeOffset(local.AddHours(-3), before), new DateTimeOffset(local, before), zone, before);
    }

    private DateTime? NextLocal(DateTime from)
    {
        var last = from.Year + SearchYears;
        for (var day = from.Date; day.Year <= last; day = day.AddDays(1))
        {
            if ((_months >> day.Month & 1) == 0)
            {
                if (day.Year >= 9999) return null;
                day = new DateTime(day.Year, day.Month, 1).AddMonths(1).AddDays(-1);
                continue;
            }

            if (_days.Match(DateOnly.FromDateTime(day)) && NextIn(day, day == from.Date ? from : day) is { } time) return time;
        }

        return null;
    }

    private DateTime? NextIn(DateTime day, DateTime from)
    {
        for (var hour = Bit(_hours, from.Hour); hour < 24; hour = Bit(_hours, hour + 1))
        {
            var sameHour = hour == from.Hour;
            for (var minute = Bit(_minutes, sameHour ? from.Minute : 0); minute < 60; minute = Bit(_minutes, minute + 1))
            {
                var second = Bit(_seconds, sameHour && minute == from.Minute ? from.Second : 0);
                if (second < 60) return day.AddSeconds(hour * 3600 + minute * 60 + second);
            }
        }

        return null;
    }

    private static int Bit(long bits, int from)
    {
        var rest = from > 63 ? 0 : bits >> from << from;
        return rest == 0 ? 64 : System.Numerics.BitOperations.TrailingZeroCount(rest);
    }

    private static DateTime Floor(DateTime time) => new(time.Ticks - time.Ticks % TimeSpan.TicksPerSecond, DateTimeKind.Unspecified);

    private static List<(int Start, string Text)> Split(string text)
    {
        var parts = new List<(int, string)>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] is ' ' or '\t') continue;
            var start = i;
            while (i < text.Length && text[i] is not (' ' or '\t')) i++;
            parts.Add((start, text[start..i]));
        }

        return parts;
    }

    private static readonly Dictionary<string, string> Macros = new(StringComparer.Ordinal)
    {
        ["@every_second"] = "* * * * * *", ["@every_minute"] = "0 * * * * *", ["@hourly"] = "0 0 * * * *", ["@daily"] = "0 0 0 * * *", ["@midnight"] = "0 0 0 * * *",
        ["@weekly"] = "0 0 0 * * 0", ["@monthly"] = "0 0 0 1 * *", ["@yearly"] = "0 0 0 1 1 *", ["@annually"] = "0 0 0 1 1 *",
    };
}

/// <summary>What is wrong with a cron expression and where.</summary>
/// <param name="Start">0-based offset in the text.</param>
/// <param name="Length">Characters.</param>
/// <param name="Problem">A sentence for people.</param>
public sealed record CronMistake(int Start, int Length, string Problem);
