using Orchestrator.Model.Schedules;

namespace Orchestrator.Model.Tests.Schedules;

public sealed class ScheduleTests
{
    private static readonly DateTimeOffset Noon = new(2030, 1, 2, 12, 0, 0, TimeSpan.Zero);
    private static readonly Schedule Hourly = new CronSchedule(CronExpression.Parse("0 * * * *", CronDialect.Blueprint), TimeZoneInfo.Utc);
    private static readonly TimeSpan Grace = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(CatchUp.None, new int[0])]
    [InlineData(CatchUp.Latest, new[] { 3 })]
    [InlineData(CatchUp.All, new[] { 0, 1, 2, 3 })]
    public void Missed_AfterThreeHoursAndAHalf_FollowsThePolicy(CatchUp catchUp, int[] hours) =>
        Assert.Equal(hours.Select(hour => Noon.AddHours(hour)), Hourly.Missed(Noon, Noon.AddHours(3.5), catchUp, Grace));

    [Fact]
    public void Missed_JustDue_CountsUnderEveryPolicy()
    {
        foreach (var catchUp in Enum.GetValues<CatchUp>()) Assert.Equal([Noon], Hourly.Missed(Noon, Noon.AddSeconds(5), catchUp, Grace));
    }

    [Fact]
    public void Missed_BeforeItIsDue_IsNothing()
    {
        foreach (var catchUp in Enum.GetValues<CatchUp>()) Assert.Empty(Hourly.Missed(Noon, Noon.AddTicks(-1), catchUp, Grace));
    }

    [Fact]
    public void Missed_MoreThanTheLimit_KeepsTheNewest() =>
        Assert.Equal([Noon.AddHours(8), Noon.AddHours(9)], Hourly.Missed(Noon, Noon.AddHours(9), CatchUp.All, Grace, most: 2));

    [Fact]
    public void Missed_EverySecondForTenYears_IsQuicklyFound()
    {
        var schedule = new CronSchedule(CronExpression.Parse("* * * * * *", CronDialect.Elsa), TimeZoneInfo.Utc);
        Assert.Equal([Noon], schedule.Missed(Noon.AddYears(-10), Noon, CatchUp.Latest, Grace));
        Assert.Equal(Enumerable.Range(-999, 1000).Select(second => Noon.AddSeconds(second)), schedule.Missed(Noon.AddYears(-10), Noon, CatchUp.All, Grace));
    }

    [Fact]
    public void Interval_Next_StaysOnItsGrid()
    {
        var schedule = new IntervalSchedule(TimeSpan.FromMinutes(10), Noon);
        Assert.Equal(Noon.AddMinutes(10), schedule.Next(Noon));
        Assert.Equal(Noon.AddMinutes(10), schedule.Next(Noon.AddMinutes(-30)));
        Assert.Equal(Noon.AddMinutes(20), schedule.Next(Noon.AddMinutes(10)));
        Assert.Equal(Noon.AddMinutes(40), schedule.Next(Noon.AddMinutes(39.9)));
    }

    [Fact]
    public void Instant_Next_ComesOnce()
    {
        var schedule = new InstantSchedule(Noon);
        Assert.Equal(Noon, schedule.Next(Noon.AddTicks(-1)));
        Assert.Null(schedule.Next(Noon));
    }
}
