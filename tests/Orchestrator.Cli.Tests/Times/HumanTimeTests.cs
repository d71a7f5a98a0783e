using Orchestrator.Cli.Times;

namespace Orchestrator.Cli.Tests.Times;

public sealed class HumanTimeTests
{
    [Theory]
    [InlineData(-5, "0.0s")]
    [InlineData(0.449, "0.4s")]
    [InlineData(59.94, "59.9s")]
    [InlineData(59.96, "1m00s")]
    [InlineData(125, "2m05s")]
    [InlineData(3599.7, "1h00m")]
    [InlineData(3840, "1h04m")]
    [InlineData(86399, "23h59m")]
    [InlineData(266400, "3d02h")]
    public void Precise_ShowsWhatMattersAtItsSize(double seconds, string expected) => Assert.Equal(expected, HumanTime.Precise(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(-3, "0s")]
    [InlineData(0.2, "1s")]
    [InlineData(11.01, "12s")]
    [InlineData(60, "1m00s")]
    [InlineData(86399, "23h59m")]
    public void Countdown_RoundsUp(double seconds, string expected) => Assert.Equal(expected, HumanTime.Countdown(TimeSpan.FromSeconds(seconds)));

    [Theory]
    [InlineData(0.3, "now")]
    [InlineData(59, "59s ago")]
    [InlineData(3599, "59m ago")]
    [InlineData(90000, "1d ago")]
    public void Ago_UsesOneUnit(double seconds, string expected) => Assert.Equal(expected, HumanTime.Ago(TimeSpan.FromSeconds(seconds)));
}
