using System.Globalization;

namespace Orchestrator.Model.Schedules;

/// <summary>One field of a cron expression: its name, range and words.</summary>
/// <param name="Name">For messages.</param>
/// <param name="Least">Smallest number.</param>
/// <param name="Most">Largest number.</param>
/// <param name="Words">Words for <paramref name="Least"/> and up; may be empty.</param>
internal sealed record CronField(string Name, int Least, int Most, params string[] Words)
{
    public static readonly CronField Second = new("second", 0, 59);
    public static readonly CronField Minute = new("minute", 0, 59);
    public static readonly CronField Hour = new("hour", 0, 23);
    public static readonly CronField DayOfMonth = new("day of month", 1, 31);
    public static readonly CronField Month = new("month", 1, 12, "JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC");
    public static readonly CronField DayOfWeek = new("day of week", 0, 7, "SUN", "MON", "TUE", "WED", "THU", "FRI", "SAT");

    /// <summary>What is expected, for messages.</summary>
    public string Expected => $"{Least} to {Most}{(Words.Length > 0 ? $" or {Words[0]} to {Words[^1]}" : "")}";

    /// <summary>A number or a word; null when it is neither or out of range.</summary>
    public int? Number(string text)
    {
        var word = Array.IndexOf(Words, text.ToUpperInvariant());
        if (word >= 0) return word + Least;
        return int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= Least && number <= Most ? number : null;
    }

    /// <summary>Adds what an item such as <c>5</c>, <c>1-5</c>, <c>*/10</c> or <c>8-18/2</c> names; the mistake when it is none.</summary>
    public string? Add(string item, bool wraps, ref long bits)
    {
        var parts = item.Split('/');
        var every = 1;
        if (parts.Length > 2 || (parts.Length == 2 && !(int.TryParse(parts[1], NumberStyles.None, CultureInfo.InvariantCulture, out every) && every > 0)))
            return $"`{item}` is no {Name}: behind `/` stands a number of at least 1.";
        var (from, to) = (Least, this == DayOfWeek ? 6 : Most);
        if (parts[0] != "*")
        {
            var range = parts[0].Split('-');
            if (range.Length > 2 || Number(range[0]) is not { } first || Number(range[^1]) is not { } last) return $"`{item}` is no {Name}: {Expected}.";
            if (first > last && !wraps) return $"`{item}` runs backwards.";
            if (range.Length == 2 || parts.Length == 1) (from, to) = (first, last);
            else from = first; // 5/15: from 5 on, every 15
            if (from > to) to += Most - Least + (this == DayOfWeek ? 0 : 1);
        }

        for (var number = from; number <= to; number += every) bits |= 1L << Wrapped(number);
        return null;
    }

    // Sunday is 0 and 7; a range over the end goes on at the beginning.
    private int Wrapped(int number) => this == DayOfWeek ? number % 7 : number > Most ? number - (Most - Least + 1) : number;
}
