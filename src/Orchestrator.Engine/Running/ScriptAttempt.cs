using Orchestrator.Model.Activities;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Scripts;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Running;

/// <summary>An attempt that runs a script; what it set and left by is its output, for the interpreter to take over.</summary>
internal static class ScriptAttempt
{
    public static async Task<ActivityResult> RunAsync(RunScript? run, ScriptCall call, CancellationToken cancellationToken)
    {
        if (run is null) throw new FailureException("script.unavailable", FailureKind.Permanent, "this engine runs no scripts; only expressions are evaluated");
        var result = await run(call, cancellationToken).ConfigureAwait(false);
        var output = new List<(string, Value)> { ("value", result.Value) };
        if (result.VariableWrites.Entries.Count > 0) output.Add(("variables", result.VariableWrites));
        if (result.Outcomes is { } outcomes) output.Add(("outcomes", Value.List(outcomes.Select(outcome => Value.Of(outcome)))));
        if (result.CorrelationId is { } correlation) output.Add(("correlationId", Value.Of(correlation)));
        if (result.Name is { } name) output.Add(("name", Value.Of(name)));
        return ActivityResult.Done(Value.Map(output), changed: false);
    }
}
