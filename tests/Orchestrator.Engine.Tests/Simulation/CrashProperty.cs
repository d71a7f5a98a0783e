using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Engine.Tests.Simulation;

/// <summary>For any plan and any crash point the end equals that of the run without a crash, and the ledger holds what each effect promises. ORC_SEED replays one case.</summary>
public sealed class CrashProperty
{
    private const int Cases = 1000;

    [Fact]
    public void AnyPlan_AnyCrashPoint_EndsAsWithoutCrash()
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
        var definition = new RandomPlans(seed).Draw();
        var plain = new CrashingRun(definition, seed);
        var expected = plain.Play();
        var random = new Random(seed);
        var lives = Enumerable.Range(0, random.Next(1, 3))
            .Select(life => (IReadOnlyDictionary<int, CommitFault>)new Dictionary<int, CommitFault> { [life == 0 ? random.Next(1, plain.Commits + 1) : random.Next(1, 6)] = (CommitFault)random.Next(2) })
            .ToArray();
        var crashed = new CrashingRun(definition, seed, lives);
        var actual = crashed.Play();
        var story = $"seed {seed}, crashes {string.Join(", ", lives.Select(life => string.Join(",", life)))}\nworld: {string.Join("; ", crashed.World.Log)}\n{string.Join('\n', crashed.Journal(actual.RunId).Select(row => $"{row.Seq} {row.Type} {row.Step} {System.Text.Encoding.UTF8.GetString(row.Body.Span)}"))}";

        // Where the operator had to say what became of a step, the step is skipped instead of completed and the rest may differ; the ledger must hold all the same.
        if (crashed.Asked.Count == 0) Equal(CrashingRun.Describe(expected), CrashingRun.Describe(actual), story);
        if (crashed.Asked.Count == 0) Equal(string.Join(' ', plain.World.Things), string.Join(' ', crashed.World.Things), story);
        Ledger(definition, crashed, story);
        TakenBackInReverse(crashed.Journal(actual.RunId), story);
    }

    private static void TakenBackInReverse(IReadOnlyList<StoredEvent> journal, string story)
    {
        var completed = new Dictionary<string, long>(StringComparer.Ordinal);
        var last = long.MaxValue;
        foreach (var row in journal.Where(row => row.Type == "StepCompleted"))
        {
            if (!CrashingRun.IsUndo(row.Step!)) completed[row.Step!] = row.Seq;
            else if (completed.TryGetValue(row.Step![..^"-undo".Length], out var seq) && seq > last) Assert.Fail($"{row.Step} came too late\n{story}");
            else if (seq > 0) last = seq;
        }
    }

    private static void Ledger(Definition definition, CrashingRun run, string story)
    {
        var types = Nodes(definition).Where(node => node.Activities.Count == 0 && node.Bodies.Count == 0).GroupBy(node => node.Id).ToDictionary(group => group.Key, group => group.First().Type);
        foreach (var (key, effects) in run.World.Effects)
        {
            var id = key[(key.IndexOf('/', StringComparison.Ordinal) + 1)..].Split('#')[0].Split('[')[0];
            // `read` and `idempotent` may happen again at each crash, and only then; the others take effect once per key.
            if (key.Split('#')[0].EndsWith("-undo", StringComparison.Ordinal)) continue; // undoing is idempotent by contract
            var most = types.GetValueOrDefault(id) is "test.keyed" or "test.reattach" or "test.once" or "test.verified" ? 1 : 1 + run.Crashes;
            if (effects > most) Assert.Fail($"{key} took effect {effects} times, at most {most} are allowed\n{story}");
        }
    }

    private static IEnumerable<ActivityNode> Nodes(Definition definition) =>
        new[] { definition.Root, definition.Rescue, definition.Always }.OfType<ActivityNode>().SelectMany(Below);

    private static IEnumerable<ActivityNode> Below(ActivityNode node) =>
        node.Activities.Concat(node.Bodies.Values).Concat(node.Policy.Undo is { } undo ? [undo] : []).SelectMany(Below).Prepend(node);

    private static void Equal(string expected, string actual, string story)
    {
        if (expected != actual) Assert.Fail($"without crash:\n{expected}\nwith:\n{actual}\n{story}");
    }
}
