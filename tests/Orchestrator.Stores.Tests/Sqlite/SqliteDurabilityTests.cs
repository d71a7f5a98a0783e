using System.Diagnostics;
using System.Globalization;
using Orchestrator.Stores.Sqlite;

namespace Orchestrator.Stores.Tests.Sqlite;

/// <summary>A process that says "committed" is killed at random moments; whatever it said must be true.</summary>
public sealed class SqliteDurabilityTests
{
    private const int Rounds = 8;

    [Fact]
    public async Task Kill_AtRandomMoments_LosesNothingThatWasAcknowledged()
    {
        using var folder = new TemporaryFolder();
        var random = new Random(20300102);
        var acknowledged = new Dictionary<string, long>();
        for (var round = 1; round <= Rounds; round++)
        {
            await KillAfterAsync(random.Next(1, 400), folder.File("store.db"), acknowledged);

            await using var store = await SqliteStore.OpenAsync(folder.File("store.db"), asOwner: true);
            Assert.Equal(2 * round, store.Epoch);
            Assert.NotEmpty(acknowledged);
            foreach (var (runId, seq) in acknowledged)
            {
                var events = (await store.ReadJournalAsync(runId, CancellationToken.None)).Events;
                Assert.True(events.Count >= seq, $"round {round}: {runId} has {events.Count} events, {seq} were acknowledged");
                Assert.Equal(Enumerable.Range(1, events.Count).Select(number => (long)number), events.Select(entry => entry.Seq));
            }
        }
    }

    private static async Task KillAfterAsync(int lines, string database, Dictionary<string, long> acknowledged)
    {
        var program = Path.Combine(AppContext.BaseDirectory, "Orchestrator.Benchmarks.dll");
        using var child = Process.Start(new ProcessStartInfo("dotnet", [program, "acknowledge", database]) { RedirectStandardOutput = true })!;
        try
        {
            while (lines-- > 0) Note(await child.StandardOutput.ReadLineAsync());
        }
        finally
        {
            child.Kill(); // SIGKILL
        }

        // What it said before it died counts too, except a line it could not finish.
        var rest = await child.StandardOutput.ReadToEndAsync();
        foreach (var line in rest.Split('\n')[..^1]) Note(line);
        await child.WaitForExitAsync();

        void Note(string? line)
        {
            var parts = (line ?? throw new InvalidOperationException("the child ended by itself")).Split(' ');
            acknowledged[parts[0]] = long.Parse(parts[1], CultureInfo.InvariantCulture);
        }
    }
}
