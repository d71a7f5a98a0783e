using System.Globalization;

namespace Orchestrator.Model.Schedules;

/// <summary>The days a cron expression names, with the forms that no set of numbers can hold.</summary>
/// <param name="DaysOfMonth">Bit n: day n.</param>
/// <param name="DaysOfWeek">Bit n: day n, Sunday is 0.</param>
/// <param name="Special">Forms such as <c>L</c>, <c>15W</c>, <c>5L</c>, <c>1#2</c>; each is a test of a date. First those of the day of month, then those of the week.</param>
/// <param name="Either">True when a match of one of the two is enough.</param>
internal sealed record CronDays(long DaysOfMonth, long DaysOfWeek, (Func<DateOnly, bool>[] OfMonth, Func<DateOnly, bool>[] OfWeek) Special, bool Either)
{
    /// <summary>Whether a date is one of them.</summary>
    public bool Match(DateOnly date)
    {
        var month = (DaysOfMonth >> date.Day & 1) == 1 || Special.OfMonth.Any(test => test(date));
        var week = (DaysOfWeek >> (int)date.DayOfWeek & 1) == 1 || Special.OfWeek.Any(test => test(date));
        return Either ? month || week : month && week;
    }

    /// <summary>Reads <c>L</c>, <c>L-3</c>, <c>LW</c>, <c>15W</c>; null for other texts.</summary>
    public static Func<DateOnly, bool>? SpecialOfMonth(string item)
    {
        var text = item.ToUpperInvariant();
        if (text == "L") return date => date.Day == LastOf(date);
        if (text == "LW") return date => date.Day == NearestWeekday(date, LastOf(date));
        if (text.StartsWith("L-", StringComparison.Ordinal) && Number(text[2..], 1, 30) is { } before) return date => date.Day == LastOf(date) - before;
        return text.EndsWith('W') && Number(text[..^1], 1, 31) is { } day ? date => day <= LastOf(date) && date.Day == NearestWeekday(date, day) : null;
    }

    /// <summary>Reads <c>5L</c> and <c>1#2</c>; null for other texts.</summary>
    public static Func<DateOnly, bool>? SpecialOfWeek(string item)
    {
        if (item.Length > 1 && item[^1] is 'L' or 'l' && CronField.DayOfWeek.Number(item[..^1]) is { } last)
            return date => (int)date.DayOfWeek == last % 7 && date.Day + 7 > LastOf(date);
        return item.Split('#') is [var name, var which] && CronField.DayOfWeek.Number(name) is { } day && Number(which, 1, 5) is { } nth
            ? date => (int)date.DayOfWeek == day % 7 && (date.Day + 6) / 7 == nth
            : null;
    }

    private static int LastOf(DateOnly date) => DateTime.DaysInMonth(date.Year, date.Month);

    // The weekday nearest to a day, in the same month.
    private static int NearestWeekday(DateOnly date, int day) => new DateOnly(date.Year, date.Month, day).DayOfWeek switch
    {
        DayOfWeek.Saturday => day > 1 ? day - 1 : day + 2,
        DayOfWeek.Sunday => day < LastOf(date) ? day + 1 : day - 2,
        _ => day,
    };

    private static int? Number(string text, int least, int most) =>
        int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most ? number : null;
}
