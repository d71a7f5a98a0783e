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
    private int _done;
    private int _refused;
    private int _seen;

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

    [Fact]
    public void AnyFlow_AlteredWhileOpen_AnyCrashPoint_HasEachAlterationWhollyOrNotAtAll()
    {
        if (int.TryParse(Environment.GetEnvironmentVariable("ORC_SEED"), out var only))
        {
            CheckAltered(only);
            return;
        }

        Prop.ForAll(Gen.Choose(0, int.MaxValue - 10).ToArbitrary(), CheckAltered).Check(Config.QuickThrowOnFailure.WithMaxTest(Cases).WithEndSize(1));
        Assert.True(_done > Cases && _refused > Cases / 5 && _seen > Cases / 5, $"{_done} alterations done, {_refused} refused, {_seen} crashes among them");
    }

    private void CheckAltered(int seed)
    {
        var (first, second, requests) = new RandomFlows(seed).DrawOpen();
        var before = OpenFlows.Published(DefinitionJson.Sealed(second));
        var oneByOne = seed % 2 == 0;
        var plain = new CrashingRun(first, seed) { EndsWhenStuck = true, Before = before, Requests = requests, AsksOneByOne = oneByOne };
        var expected = plain.Play();
        var crashed = new CrashingRun(first, seed, Lives(seed, plain.Commits)) { EndsWhenStuck = true, Before = before, Requests = requests, AsksOneByOne = oneByOne, AfterCrash = Whole };
        var actual = crashed.Play();
        Whole(crashed, actual.RunId);

        for (var i = 0; i < requests.Count; i++)
        {
            var (without, with) = (plain.ResultOf(expected.RunId, i), crashed.ResultOf(actual.RunId, i));
            // A refusal names what is open, and what was scheduled may be done or not.
            if (with is null || (without!.Length == 0) != (with.Length == 0))
                Assert.Fail($"{requests[i].Body}: `{without}` without crash, `{with}` with\n{Story(seed, crashed, actual)}");
            if (with.Length == 0) _done++;
            else _refused++;
        }

        if (crashed.Asked.Count > 0 || plain.Asked.Count > 0) return;
        if (Describe(plain, expected) is var end && end != Describe(crashed, actual)) Assert.Fail($"without crash:\n{end}\nwith:\n{Describe(crashed, actual)}\n{Story(seed, crashed, actual)}");

        // What a process finds: as many alterations in the journal as messages that count as done, and the variable as the last of them set it.
        void Whole(CrashingRun run, string runId)
        {
            var done = requests.Where((request, i) => request.Kind == "alter" && run.ResultOf(runId, i) == "").ToArray();
            var journaled = run.Journal(runId).Count(row => row.Type is "RunAltered" or "RunMigrated");
            if (done.Length != journaled) Assert.Fail($"seed {seed}: {done.Length} alterations count as done, {journaled} are in the journal: {string.Join(' ', done.Select(one => one.Body))}");
            if (done.Length is 0 || done.Length == requests.Count(request => request.Kind == "alter") || run.ResultOf(runId, requests.Count - 1) is not null) return;
            _seen++;
            var set = done.LastOrDefault(one => one.Body.Contains("ModifyVariable", StringComparison.Ordinal)).Body;
            var value = set is null ? 0 : JsonDocument.Parse(set).RootElement.GetProperty("value").GetInt32();
            Assert.Equal(Value.Of(value), run.Execution(runId).Variables.Single(each => each.Name == "N").Value);
        }
    }

    private static IReadOnlyDictionary<int, CommitFault>[] Lives(int seed, int commits)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, random.Next(1, 3))
            .Select(life => (IReadOnlyDictionary<int, CommitFault>)new Dictionary<int, CommitFault> { [life == 0 ? random.Next(1, commits + 1) : random.Next(1, 6)] = (CommitFault)random.Next(2) })];
    }

    private static string Story(int seed, CrashingRun run, RunView view) =>
        $"seed {seed}\nworld: {string.Join("; ", run.World.Log)}\n{string.Join('\n', run.Journal(view.RunId).Select(row => $"{row.Seq} {row.Type} {row.Step} {System.Text.Encoding.UTF8.GetString(row.Body.Span)}"))}";

    private void Check(int seed)
    {
        var flows = new RandomFlows(seed);
        var definition = flows.Draw();
        var plain = new CrashingRun(definition, seed) { EndsWhenStuck = true };
        var expected = plain.Play();
        var lives = Lives(seed, plain.Commits);
        var crashed = new CrashingRun(definition, seed, lives) { EndsWhenStuck = true };
        var actual = crashed.Play();
        var story = Story(seed, crashed, actual);
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
