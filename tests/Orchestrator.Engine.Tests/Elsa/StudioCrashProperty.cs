using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Tests.Simulation;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>For any workflow made in Studio and any crash point the end equals that of the run without a crash. ORC_SEED replays one case.</summary>
public sealed class StudioCrashProperty
{
    private const int Cases = 400;

    [Fact]
    public void AnyFlow_AnyCrashPoint_EndsAsWithoutCrash()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("ORC_SEED"), out var only))
        {
            Check(only);
            return;
        }

        // FsCheck prints the seed of the case that fails: it is the case.
        Prop.ForAll(Gen.Choose(0, int.MaxValue - 10).ToArbitrary(), Check).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithEndSize(1));
    }

    private static void Check(int seed)
    {
        var definition = new RandomFlows(seed).Draw();
        var plain = new CrashingRun(definition, seed) { EndsWhenStuck = true };
        var expected = plain.Play();
        var random = new Random(seed);
        var lives = Enumerable.Range(0, random.Next(1, 3))
            .Select(life => (IReadOnlyDictionary<int, CommitFault>)new Dictionary<int, CommitFault> { [life == 0 ? random.Next(1, plain.Commits + 1) : random.Next(1, 6)] = (CommitFault)random.Next(2) })
            .ToArray();
        var crashed = new CrashingRun(definition, seed, lives) { EndsWhenStuck = true };
        var actual = crashed.Play();
        var story = $"seed {seed}\nworld: {string.Join("; ", crashed.World.Log)}\n{string.Join('\n', crashed.Journal(actual.RunId).Select(row => $"{row.Seq} {row.Type} {row.Step} {System.Text.Encoding.UTF8.GetString(row.Body.Span)}"))}";
        foreach (var (key, effects) in crashed.World.Effects)
            if (effects > 1 + crashed.Crashes) Assert.Fail($"{key} took effect {effects} times\n{story}");
        // Where the operator had to say what became of a step, outputs differ; the rest is the ledger's.
        if (crashed.Asked.Count > 0) return;
        var (without, with) = (Describe(plain, expected), Describe(crashed, actual));
        if (without != with) Assert.Fail($"without crash:\n{without}\nwith:\n{with}\n{story}");
    }

    // Branches are concurrent, so what happened is compared as a set: which activity came to what, how often.
    private static string Describe(CrashingRun run, RunView view)
    {
        var execution = run.Execution(view.RunId);
        var activities = execution.Activities.Select(each => $"{each.NodeId} {each.Status} {string.Join(',', each.Outcomes)} {each.Outputs}").Order(StringComparer.Ordinal);
        var variables = execution.Variables.Where(each => each.ExecutionId.EndsWith("-1", StringComparison.Ordinal)).Select(each => $"{each.Name} = {PlainJson.Serialize(each.Value)}");
        return $"{view.Status}\n{string.Join('\n', activities)}\n{string.Join('\n', variables)}\n{string.Join('\n', execution.Bookmarks.Select(each => each.Name))}";
    }
}
