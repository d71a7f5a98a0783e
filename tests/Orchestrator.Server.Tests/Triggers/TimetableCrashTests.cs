using System.Text;
using Orchestrator.Activities;
using Orchestrator.Activities.Targets;
using Orchestrator.Blueprints;
using Orchestrator.Engine;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Server.Tests.Hooks;
using Orchestrator.Server.Triggers;
using Orchestrator.Testing;
using Orchestrator.Testing.Storage;

namespace Orchestrator.Server.Tests.Triggers;

/// <summary>The process dies at each commit in turn, before or after it took effect: every time that was to come has one run.</summary>
public sealed class TimetableCrashTests
{
    private const int Hours = 4;

    private static readonly ActivityCatalog Catalog = new(BuiltinActivities.All());

    public static TheoryData<int, CommitFault> Crashes
    {
        get
        {
            var crashes = new TheoryData<int, CommitFault>();
            for (var commit = 1; commit <= Hours; commit++)
                foreach (var fault in Enum.GetValues<CommitFault>()) crashes.Add(commit, fault);
            return crashes;
        }
    }

    [Theory]
    [MemberData(nameof(Crashes))]
    public async Task Crash_AtAnyCommit_NeitherLosesNorDoublesATime(int commit, CommitFault fault)
    {
        var time = new ManualTime();
        var start = time.GetUtcNow();
        var store = new FaultyStore(new FaultPlan());
        await SubmitAsync(store, time);
        store = store.Restart(new FaultPlan { Crashes = new Dictionary<int, CommitFault> { [commit] = fault } });
        var timetable = await OpenAsync(store, time);
        var crashes = 0;
        for (var hour = 1; hour <= Hours; hour++)
        {
            time.AdvanceTo(start.AddHours(hour)); // moves nothing when it was passed while the process was down
            while (!await TryFireAsync(timetable))
            {
                crashes++;
                time.Advance(TimeSpan.FromMinutes(90)); // the machine was down for a while; the loop below does not go back
                store = store.Restart();
                timetable = await OpenAsync(store, time);
            }
        }

        // Each time is one commit. A plan that was never reached would prove nothing.
        Assert.Equal(1, crashes);
        var runs = await store.ListRunsAsync(new RunQuery(), CancellationToken.None);
        var hours = (int)(time.GetUtcNow() - start).TotalHours;
        Assert.Equal(Enumerable.Range(1, hours).Select(hour => $"trigger:timed/t:{Instants.Text(start.AddHours(hour))}"), runs.Select(run => run.StartKey).Order());
        Assert.Equal(start.AddHours(hours + 1), Assert.Single(await store.ListTriggersAsync(CancellationToken.None)).Due);
    }

    private static async Task<bool> TryFireAsync(Timetable timetable)
    {
        try
        {
            await timetable.FireAsync();
            return true;
        }
        catch (StoreCrashedException)
        {
            return false;
        }
    }

    private static Task SubmitAsync(FaultyStore store, ManualTime time) => new TriggerIndex(store, time, new LiveDefinitions(store), _ => { }).SubmitAsync(
        HookedServer.Compile("blueprint: timed\ntriggers:\n  t:\n    cron: {expr: 0 * * * *, overlap: allow, catchUp: all}\nsteps:\n  - id: nap\n    wait: 5d\n"), CancellationToken.None);

    private static async Task<Timetable> OpenAsync(FaultyStore store, ManualTime time)
    {
        var seal = new SecretSeal(Encoding.UTF8.GetBytes, bytes => Encoding.UTF8.GetString(bytes));
        var engine = await WorkflowEngine.OpenAsync(new EngineOptions { Store = store, Activities = Catalog, OpenTarget = BuiltinTargets.OpenAsync, Seal = seal, Time = time }, CancellationToken.None);
        var options = new ServerOptions
        {
            Listen = "", DataFolder = "", Store = store, Engine = engine, Compile = new BlueprintCompiler(Catalog).CompileBlueprint, Activities = Catalog, Seal = seal, Version = "test", Time = time, Meter = new("test"),
        };
        var definitions = new LiveDefinitions(store);
        return new Timetable(options, new TriggerIndex(store, time, definitions, _ => { }), new TriggerStart(options, definitions));
    }
}
