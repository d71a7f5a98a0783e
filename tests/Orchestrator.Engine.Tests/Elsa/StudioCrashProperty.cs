using System.Text.Json;
using FsCheck;
using FsCheck.Fluent;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Simulation;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>For any workflow made in Studio and any crash point the end equals that of the run without a crash. ORC_SEED replays one case.</summary>
public sealed class StudioCrashProperty
{
    private const int Cases = 500;

    private int _rollbacks;

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
        Assert.True(_rollbacks > Cases / 20, $"only {_rollbacks} of {Cases} cases took anything back");
    }

    private void Check(int seed)
    {
        var flows = new RandomFlows(seed);
        var definition = flows.Draw();
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
        var rollsBack = definition.OnFailure == OnFailure.Rollback;
        if (rollsBack && actual.Status == RunStatus.Failed) TakenBack(crashed, actual, story);
        // What was under way in other branches when a rollback began depends on the order of the attempts.
        if (rollsBack && !flows.IsOrdered)
        {
            if (expected.Status != actual.Status) Assert.Fail($"{expected.Status} without crash, {actual.Status} with\n{story}");
            return;
        }

        // Where the operator had to say what became of a step, outputs differ; the rest is the ledger's.
        if (crashed.Asked.Count > 0) return;
        var (without, with) = (Describe(plain, expected), Describe(crashed, actual));
        if (flows.IsOrdered) (without, with) = ($"{without}\n{Steps(expected)}", $"{with}\n{Steps(actual)}");
        if (without != with) Assert.Fail($"without crash:\n{without}\nwith:\n{with}\n{story}");
    }

    // Every change whose outcome is known is taken back once, the last first, and nothing else is; the world saw no more undos than there were crashes.
    private void TakenBack(CrashingRun run, RunView view, string story)
    {
        var rows = run.Journal(view.RunId).Where(row => row.Type == "StepCompleted").ToArray();
        var changed = rows.Where(row => !CrashingRun.IsUndo(row.Step!) && Changed(row) && Type(view, row.Step!) != "test.read").Select(row => row.Step!).Reverse();
        var undone = rows.Where(row => CrashingRun.IsUndo(row.Step!)).Select(row => row.Step![..^"-undo".Length]).ToArray();
        if (string.Join(' ', changed) is var wanted && wanted != string.Join(' ', undone)) Assert.Fail($"changed, last first: {wanted}\nundone: {string.Join(' ', undone)}\n{story}");
        var most = run.World.Undone.GroupBy(key => key).Select(group => group.Count()).DefaultIfEmpty().Max();
        if (most > 1 + run.Crashes) Assert.Fail($"an undo ran {most} times\n{story}");
        if (undone.Length > 0) _rollbacks++;
    }

    private static string Steps(RunView view) => string.Join(' ', view.Steps.Select(step => $"{step.Key}={step.Status}"));

    private static bool Changed(StoredEvent row) => JsonDocument.Parse(row.Body).RootElement.TryGetProperty("changed", out var changed) && changed.GetBoolean();

    private static string Type(RunView view, string key) => view.Steps.First(step => step.Key == key).Type;

    // Branches are concurrent, so what happened is compared as a set: which activity came to what, how often.
    private static string Describe(CrashingRun run, RunView view)
    {
        var execution = run.Execution(view.RunId);
        var activities = execution.Activities.Select(each => $"{each.NodeId} {each.Status} {string.Join(',', each.Outcomes)} {each.Outputs}").Order(StringComparer.Ordinal);
        var variables = execution.Variables.Where(each => each.ExecutionId.EndsWith("-1", StringComparison.Ordinal)).Select(each => $"{each.Name} = {PlainJson.Serialize(each.Value)}");
        return $"{view.Status}\n{string.Join('\n', activities)}\n{string.Join('\n', variables)}\n{string.Join('\n', execution.Bookmarks.Select(each => each.Name))}";
    }
}
