using System.Globalization;
using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Model.Schedules;

namespace Orchestrator.Model.Tests.Schedules;

public sealed class CronExpressionTests
{
    private static readonly TimeZoneInfo Berlin = TimeZoneInfo.FindSystemTimeZoneById("Europe/Berlin");
    private static readonly TimeZoneInfo LordHowe = TimeZoneInfo.FindSystemTimeZoneById("Australia/Lord_Howe");

    [Theory]
    [InlineData("* * * * *", "2026-11-21T04:04:17Z", "2026-11-21T04:05:00Z")]
    [InlineData("5 4 * * *", "2026-11-21T04:04:59.999Z", "2026-11-21T04:05:00Z")]
    [InlineData("5 4 * * *", "2026-11-21T04:05:00Z", "2026-11-22T04:05:00Z")]
    [InlineData("*/15 8-10/2 * * *", "2026-11-21T08:46:00Z", "2026-11-21T10:00:00Z")]
    [InlineData("0 0 29 2 *", "2096-03-01T00:00:00Z", "2104-02-29T00:00:00Z")] // 2100 is no leap year
    [InlineData("0 0 31 * *", "2026-04-01T00:00:00Z", "2026-05-31T00:00:00Z")]
    [InlineData("0 0 13 * FRI", "2026-11-14T00:00:00Z", "2026-11-20T00:00:00Z")] // both restricted: either
    [InlineData("0 0 13 * *", "2026-11-14T00:00:00Z", "2026-12-13T00:00:00Z")]
    [InlineData("0 0 */2 * MON", "2026-11-21T00:00:00Z", "2026-11-23T00:00:00Z")] // a star is no restriction: the 23rd is odd and a Monday
    [InlineData("0 9 * * 1-5", "2026-11-20T10:00:00Z", "2026-11-23T09:00:00Z")]
    [InlineData("0 0 * * 7", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("0 0 * * 6-7", "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z")]
    [InlineData("59 23 31 dec *", "2026-11-21T00:00:00Z", "2026-12-31T23:59:00Z")]
    [InlineData("0 0 1 1,7 *", "2026-11-21T00:00:00Z", "2027-01-01T00:00:00Z")]
    [InlineData("10/20 * * * *", "2026-11-21T00:11:00Z", "2026-11-21T00:30:00Z")]
    public void Blueprint_Next_IsTheFirstTimeAfter(string text, string after, string expected) =>
        Assert.Equal(Instant(expected), CronExpression.Parse(text, CronDialect.Blueprint).Next(Instant(after), TimeZoneInfo.Utc));

    [Theory]
    [InlineData("*/10 * * * * *", "2026-11-21T04:04:17Z", "2026-11-21T04:04:20Z")]
    [InlineData("0 0 12 ? * MON-FRI", "2026-11-21T00:00:00Z", "2026-11-23T12:00:00Z")]
    [InlineData("0 0 0 13 * FRI", "2026-11-14T00:00:00Z", "2027-08-13T00:00:00Z")] // both restricted: both
    [InlineData("0 0 0 L * *", "2027-02-01T00:00:00Z", "2027-02-28T00:00:00Z")]
    [InlineData("0 0 0 L-2 * *", "2027-02-01T00:00:00Z", "2027-02-26T00:00:00Z")]
    [InlineData("0 0 0 LW * *", "2027-02-01T00:00:00Z", "2027-02-26T00:00:00Z")] // the 28th is a Sunday
    [InlineData("0 0 0 15W * *", "2026-11-01T00:00:00Z", "2026-11-16T00:00:00Z")] // the 15th is a Sunday
    [InlineData("0 0 0 1W * *", "2026-07-31T12:00:00Z", "2026-08-03T00:00:00Z")] // a Saturday, and the month is not left
    [InlineData("0 0 0 ? * 5L", "2026-11-01T00:00:00Z", "2026-11-27T00:00:00Z")]
    [InlineData("0 0 0 ? * MON#2", "2026-11-01T00:00:00Z", "2026-11-09T00:00:00Z")]
    [InlineData("0 0 22-2 * * *", "2026-11-21T22:30:00Z", "2026-11-21T23:00:00Z")]
    [InlineData("0 0 22-2 * * *", "2026-11-21T02:30:00Z", "2026-11-21T22:00:00Z")]
    [InlineData("0 0 0 * * SAT-MON", "2026-11-17T00:00:00Z", "2026-11-21T00:00:00Z")]
    [InlineData("0 0 0 * * SAT-MON", "2026-11-23T00:00:00Z", "2026-11-28T00:00:00Z")]
    [InlineData("@hourly", "2026-11-21T04:04:17Z", "2026-11-21T05:00:00Z")]
    public void Elsa_Next_IsTheFirstTimeAfter(string text, string after, string expected) =>
        Assert.Equal(Instant(expected), CronExpression.Parse(text, CronDialect.Elsa).Next(Instant(after), TimeZoneInfo.Utc));

    // Berlin 2027: 02:00 becomes 03:00 on March 28 (01:00Z), 03:00 becomes 02:00 on October 31 (01:00Z).
    [Theory]
    [InlineData("30 2 * * *", "2027-03-27T12:00:00Z", "2027-03-28T01:00:00Z", "2027-03-29T00:30:00Z")] // no 02:30: at the jump, once
    [InlineData("0,30 2 * * *", "2027-03-27T12:00:00Z", "2027-03-28T01:00:00Z", "2027-03-29T00:00:00Z")] // two times fall on the jump: one start
    [InlineData("30 2 * * *", "2027-10-30T12:00:00Z", "2027-10-31T00:30:00Z", "2027-11-01T01:30:00Z")] // two 02:30: the first
    [InlineData("0 3 * * *", "2027-10-30T12:00:00Z", "2027-10-31T02:00:00Z", "2027-11-01T02:00:00Z")]
    [InlineData("30 * * * *", "2027-03-28T00:00:00Z", "2027-03-28T00:30:00Z", "2027-03-28T01:30:00Z")] // every hour: goes on an hour later
    [InlineData("30 * * * *", "2027-10-31T00:00:00Z", "2027-10-31T00:30:00Z", "2027-10-31T01:30:00Z")] // through both hours
    [InlineData("*/20 */1 * * *", "2027-10-31T00:41:00Z", "2027-10-31T01:00:00Z", "2027-10-31T01:20:00Z")]
    [InlineData("0 */2 * * *", "2027-03-28T00:30:00Z", "2027-03-28T02:00:00Z", "2027-03-28T04:00:00Z")] // no 02:00 that day: 04:00 is next
    public void Next_WhenTheClocksChange_FiresOncePerNamedTime(string text, string after, string first, string second)
    {
        var cron = CronExpression.Parse(text, CronDialect.Blueprint);
        var one = cron.Next(Instant(after), Berlin);
        Assert.Equal(Instant(first), one);
        Assert.Equal(Instant(second), cron.Next(one!.Value, Berlin));
    }

    [Fact]
    public void Next_WithHalfAnHourOfSummerTime_FiresOnce()
    {
        // Lord Howe 2027: 02:00 becomes 02:30 on October 3 (15:30Z of the 2nd).
        var cron = CronExpression.Parse("15 2 * * *", CronDialect.Blueprint);
        var jump = cron.Next(Instant("2027-10-02T12:00:00Z"), LordHowe);
        Assert.Equal(Instant("2027-10-02T15:30:00Z"), jump);
        Assert.Equal(Instant("2027-10-03T15:15:00Z"), cron.Next(jump!.Value, LordHowe));
    }

    [Theory]
    [InlineData("0 0 30 2 *")]
    [InlineData("0 0 31 4,6,9,11 *")]
    public void Next_OfADayThatNeverComes_IsNull(string text) =>
        Assert.Null(CronExpression.Parse(text, CronDialect.Blueprint).Next(Instant("2026-01-01T00:00:00Z"), Berlin));

    [Theory]
    [InlineData("* * * *", CronDialect.Blueprint, 0, 7, "five fields, not 4")]
    [InlineData("* * * * *", CronDialect.Elsa, 0, 9, "six fields, seconds first, not 5")]
    [InlineData("60 * * * *", CronDialect.Blueprint, 0, 2, "no minute: 0 to 59")]
    [InlineData("0 24 * * *", CronDialect.Blueprint, 2, 2, "no hour")]
    [InlineData("0 0 0 * *", CronDialect.Blueprint, 4, 1, "no day of month")]
    [InlineData("0 0 * FOO *", CronDialect.Blueprint, 6, 3, "JAN to DEC")]
    [InlineData("0 0 * * 8", CronDialect.Blueprint, 8, 1, "day of week")]
    [InlineData("*/0 * * * *", CronDialect.Blueprint, 0, 3, "at least 1")]
    [InlineData("5-1 * * * *", CronDialect.Blueprint, 0, 3, "backwards")]
    [InlineData("0 0 L * *", CronDialect.Blueprint, 4, 1, "day of month")]
    [InlineData("0 0 0 ? * 8#1", CronDialect.Elsa, 10, 3, "day of week")]
    [InlineData("? * * * * *", CronDialect.Elsa, 0, 1, "no second")]
    [InlineData("", CronDialect.Blueprint, 0, 0, "not 0")]
    public void Parse_OfAMistake_SaysWhatAndWhere(string text, CronDialect dialect, int start, int length, string said)
    {
        Assert.Null(CronExpression.TryParse(text, dialect, out var mistake));
        Assert.Equal((start, length), (mistake!.Start, mistake.Length));
        Assert.Contains(said, mistake.Problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Next_AgainstALookAtEverySecond_Agrees()
    {
        var parts = Gen.Elements("*", "*/7", "3", "0,30", "10-20/3");
        var hours = Gen.Elements("*", "*/2", "2", "1-3", "0,2,23");
        var texts = from minute in parts from hour in hours select $"{minute} {hour} * * *";
        var instants = Gen.Choose(0, 3 * 86_400).Select(second => Instant("2027-10-29T12:00:00Z").AddSeconds(second));
        Prop.ForAll(Arb.From(texts), Arb.From(instants), (text, after) =>
        {
            var found = CronExpression.Parse(text, CronDialect.Blueprint).Next(after, Berlin)!.Value;
            return found == Slow(text, after);
        }).QuickCheckThrowOnFailure();
    }

    // By the rule as people say it: walk through the minutes; with fixed hours, a wall-clock time that was there before does not count again.
    private static DateTimeOffset Slow(string text, DateTimeOffset after)
    {
        var fields = text.Split(' ');
        for (var at = after.AddTicks(-(after.Ticks % TimeSpan.TicksPerMinute)).AddMinutes(1); ; at = at.AddMinutes(1))
        {
            var local = TimeZoneInfo.ConvertTime(at, Berlin).DateTime;
            if (!Has(fields[0], local.Minute) || !Has(fields[1], local.Hour)) continue;
            var again = Berlin.IsAmbiguousTime(local) && TimeZoneInfo.ConvertTime(at, Berlin).Offset == Berlin.BaseUtcOffset;
            if (again && !fields[1].StartsWith('*')) continue;
            return at;
        }
    }

    private static bool Has(string field, int number) => field.Split(',').Any(item =>
    {
        var step = item.Split('/');
        var every = step.Length == 2 ? int.Parse(step[1], CultureInfo.InvariantCulture) : 1;
        var range = step[0] == "*" ? [0, 59] : step[0].Split('-').Select(text => int.Parse(text, CultureInfo.InvariantCulture)).ToArray();
        return number >= range[0] && number <= range[^1] && (number - range[0]) % every == 0;
    });

    private static DateTimeOffset Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture);
}
