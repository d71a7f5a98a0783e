namespace Orchestrator.EndToEnd.Tests.Bootstrap;

/// <summary>
/// The engine dies by SIGKILL at a random, seeded moment of autosetup, again and again: blueprints/lab/kills.sh says after each what was taken up again and why, and checks that there is one of
/// everything. ORC_KILLS=20 is the full count.
/// </summary>
[Collection("lab")]
public sealed class KillTests(Lab lab)
{
    [Fact]
    public async Task Autosetup_KilledAtRandomMoments_EndsEachTimeAsIfNothingHadHappened()
    {
        var count = Environment.GetEnvironmentVariable("ORC_KILLS") ?? "3";
        var table = await lab.BashAsync($"./blueprints/lab/kills.sh {count}");
        Assert.True(table.Code == 0, table.Output + table.Error);
        Assert.Contains($"{count} of {count} ended as they should", table.Output, StringComparison.Ordinal);
    }
}
