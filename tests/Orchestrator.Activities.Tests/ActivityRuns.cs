using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Activities.Tests;

/// <summary>Runs activities by name, as the engine does.</summary>
internal static class ActivityRuns
{
    private static readonly ActivityCatalog Catalog = new(BuiltinActivities.All());

    public static Activity Find(string name) => (Catalog.Find(name) ?? throw new InvalidOperationException($"no activity {name}")).Activity;

    public static Task<ActivityResult> RunAsync(this ActivityContext context, string activity, MapValue input) =>
        Find(activity).ExecuteAsync(input, context, default);

    public static Task<Check<Value>> PlanAsync(this ActivityContext context, string activity, MapValue input) =>
        Find(activity).PlanAsync(input, context, default);

    public static Task UndoAsync(this ActivityContext context, string activity, MapValue input, ActivityResult done) =>
        Find(activity).UndoAsync(input, done.Output!, context, default);

    public static async Task<Failure> FailAsync(this ActivityContext context, string activity, MapValue input) =>
        (await Assert.ThrowsAsync<FailureException>(() => context.RunAsync(activity, input))).Failure;
}
