using System.Globalization;
using Orchestrator.Model.Failures;

namespace Orchestrator.Engine.Elsa.Waits;

/// <summary>A cron expression of six fields, seconds first, in UTC; five fields are one without seconds. Fields: <c>*</c>, <c>?</c>, numbers, names of months and days, ranges, lists and steps.</summary>
internal sealed class CronExpression
{
    private static readonly string[] Months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"];
    private static readonly string[] Days = ["sun", "mon", "tue", "wed", "thu", "fri", "sat"];

    private readonly bool[] _seconds;
    private readonly bool[] _minutes;
    private readonly bool[] _hours;
    private readonly bool[] _daysOfMonth;
    private readonly bool[] _months;
    private readonly bool[] _daysOfWeek;
    private readonly bool _eitherDay;

    private CronExpression(string text)
    {
        var fields = text.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (fields.Length == 5) fields = ["0", .. fields];
        if (fields.Length != 6) throw Wrong(text, "it must have six fields: second minute hour day month weekday");
        _seconds = Field(text, fields[0], 0, 59, []);
        _minutes = Field(text, fields[1], 0, 59, []);
        _hours = Field(text, fields[2], 0, 23, []);
        _daysOfMonth = Field(text, fields[3], 1, 31, []);
        _months = Field(text, fields[4], 1, 12, Months);
        _daysOfWeek = Field(text, fields[5], 0, 7, Days);
        _daysOfWeek[0] |= _daysOfWeek[7];
        // As cron has it: when both days are said, either is enough.
        _eitherDay = fields[3][0] is not ('*' or '?') && fields[5][0] is not ('*' or '?');
    }

    /// <summary>Parses; throws a failure that says what is wrong.</summary>
    public static CronExpression Parse(string text) => new(text);

    /// <summary>The first instant after another that fulfils it; null when none does in the next eight years.</summary>
    public DateTimeOffset? Next(DateTimeOffset after)
    {
        var at = new DateTimeOffset(after.UtcDateTime.Date, TimeSpan.Zero);
        for (var end = at.AddYears(8); at < end; at = at.AddDays(1))
        {
            if (!IsDay(at)) continue;
            for (var hour = 0; hour < 24; hour++)
            {
                if (!_hours[hour] || at.AddHours(hour + 1) <= after) continue;
                for (var minute = 0; minute < 60; minute++)
                {
                    if (!_minutes[minute] || at.AddHours(hour).AddMinutes(minute + 1) <= after) continue;
                    for (var second = 0; second < 60; second++)
                    {
                        var candidate = at.AddHours(hour).AddMinutes(minute).AddSeconds(second);
                        if (_seconds[second] && candidate > after) return candidate;
                    }
                }
            }
        }

        return null;
    }

    private bool IsDay(DateTimeOffset at)
    {
        if (!_months[at.Month]) return false;
        var (ofMonth, ofWeek) = (_daysOfMonth[at.Day], _daysOfWeek[(int)at.DayOfWeek]);
        return _eitherDay ? ofMonth || ofWeek : ofMonth && ofWeek;
    }

    private static bool[] Field(string text, string field, int least, int most, string[] names)
    {
        var allowed = new bool[most + 1];
        foreach (var part in field.Split(','))
        {
            var slash = part.IndexOf('/', StringComparison.Ordinal);
            var range = slash < 0 ? part : part[..slash];
            var step = slash < 0 ? 1 : Number(text, part[(slash + 1)..], 1, most, []);
            var dash = range.IndexOf('-', StringComparison.Ordinal);
            var (from, to) = range is "*" or "?" ? (least, most)
                : dash > 0 ? (Number(text, range[..dash], least, most, names), Number(text, range[(dash + 1)..], least, most, names))
                : slash < 0 ? (Number(text, range, least, most, names), Number(text, range, least, most, names))
                : (Number(text, range, least, most, names), most);
            if (from > to) throw Wrong(text, $"`{part}` ends before it begins");
            for (var value = from; value <= to; value += step) allowed[value] = true;
        }

        return allowed;
    }

    private static int Number(string text, string word, int least, int most, string[] names)
    {
        var named = Array.FindIndex(names, name => word.Equals(name, StringComparison.OrdinalIgnoreCase));
        if (named >= 0) return named + (names.Length == 12 ? 1 : 0);
        return int.TryParse(word, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number >= least && number <= most
            ? number : throw Wrong(text, $"`{word}` is not between {least} and {most}");
    }

    private static FailureException Wrong(string text, string why) => new("cron.invalid", FailureKind.Permanent, $"`{text}` is no cron expression: {why}");
}
