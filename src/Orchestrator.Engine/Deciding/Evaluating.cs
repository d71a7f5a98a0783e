using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding;

/// <summary>What expressions see in a run. Evaluation is pure: the instant is the fact's and ids follow from run, step and count, so the same decision gives the same values.</summary>
internal static class Evaluating
{
    /// <summary>The inputs of a step.</summary>
    public static MapValue Inputs(Decider decider, StepState step) =>
        step.Step.ConstantInput ?? Inputs(decider.State, step, decider.Now);

    /// <summary>The inputs of a step, evaluated again for secrets that the journal does not hold.</summary>
    public static MapValue Inputs(RunState state, StepState step, DateTimeOffset now)
    {
        var context = Context(state, step.Scope, now, step);
        return Value.Map(step.Step.Node.Inputs.Select(input => (input.Key, input.Value.Evaluate(context))));
    }

    /// <summary>The inputs of a wait or an approval: a step of a workflow made in Studio was given its own when it was made.</summary>
    public static MapValue InputsOfWait(Decider decider, StepState step) => step.Step.Elsa is null ? Inputs(decider, step) : step.Input ?? Value.EmptyMap;

    /// <summary>The input a step runs with: as recorded, or constant.</summary>
    public static MapValue InputOf(StepState step) => step.Input ?? step.Step.ConstantInput ?? Value.EmptyMap;

    /// <summary>The context of a place in a run.</summary>
    /// <param name="state">The run.</param>
    /// <param name="scope">Where the expression stands; decides which items and steps it sees.</param>
    /// <param name="now">What <c>now()</c> gives.</param>
    /// <param name="step">Whose expression it is; null for those of the run.</param>
    /// <param name="result">The activity's own output, for <c>until</c> and <c>outputs</c>; null elsewhere.</param>
    public static EvaluationContext Context(RunState state, ScopeState? scope, DateTimeOffset now, StepState? step, Value? result = null)
    {
        var ids = 0;
        return new EvaluationContext
        {
            Now = now,
            NewUuid = () => Uuid($"{state.RunId}/{step?.Key}#{step?.Redone ?? 0}/{now.ToUnixTimeMilliseconds()}/{ids++}"),
            Root = name => Root(state, scope, step, result, name),
            Member = (root, name) => root switch
            {
                "steps" => Visible(state, scope, name) is { } found ? StepValue(found) : state.Graph.Find(name) is null ? null : PendingStep,
                "secrets" => Secret(state, name),
                _ => null,
            },
        };
    }

    /// <summary>A failure as <c>error</c> shows it.</summary>
    public static Value ErrorValue(Failure failure, string? step) => Value.Map(
        ("code", Value.Of(failure.Code)), ("kind", Value.Of(Camel(failure.Kind))), ("type", Value.Of(Camel(failure.Kind))), ("message", Value.Of(failure.Message)),
        ("step", Value.Of(step)), ("retryable", Value.Of(failure.IsRetryable)), ("details", failure.Details ?? Value.Null));

    /// <summary>The name of an enum member as blueprints write it.</summary>
    public static string Camel<T>(T member)
        where T : struct, Enum => JsonNamingPolicy.CamelCase.ConvertName(member.ToString());

    private static readonly Value PendingStep = Value.Map(
        ("outputs", Value.Null), ("status", Value.Of("pending")), ("error", Value.Null), ("attempts", Value.Of(0)));

    private static Value? Root(RunState state, ScopeState? scope, StepState? step, Value? result, string name)
    {
        for (var at = scope; at is not null; at = at.Parent)
        {
            if (at.Item is null) continue;
            if (name == "item" || name == ItemName(at)) return at.ItemValue;
        }

        switch (name)
        {
            case "inputs": return state.Inputs;
            case "vars": return state.Vars;
            case "result": return result;
            case "error": return Error(state, scope);
            case "target": return step?.Step.Policy.Target is { } target ? Value.Map(("name", Value.Of(target))) : Value.Map(("name", Value.Of("local")));
            case "run":
                return Value.Map(
                    ("id", Value.Of(state.RunId)), ("startedAt", Value.Of(Instant(state.CreatedAt))), ("attempt", Value.Of(state.Reopened + 1)),
                    ("blueprint", Value.Of(state.Graph.Definition.Name)), ("parent", Value.Of(state.ParentRunId)));
            case "step": return step is null ? null : Value.Map(("key", Value.Of(step.Key)), ("id", Value.Of(step.Step.Id)));
            case "secrets": return Value.Map(state.Graph.Definition.Secrets.Keys.Select(key => (key, Secret(state, key)!)));
            case "steps": return Value.Map(state.Steps.Values.Where(known => !known.Step.Id.Contains('-', StringComparison.Ordinal)).Select(known => (known.Step.Id, StepValue(known))));
            default: return null;
        }
    }

    private static string ItemName(ScopeState scope) => scope.Owner!.Step.Node.Inputs.GetValueOrDefault("as")?.ConstantValue?.AsString() ?? "item";

    private static Value Error(RunState state, ScopeState? scope)
    {
        for (var at = scope; at is not null; at = at.Parent)
            if (at.Flow.Role is FlowRole.Rescue or FlowRole.Always && at.Owner is { BodyFailure: { } failure } owner)
                return ErrorValue(failure, owner.Scopes[0].FailedStep);
        return state.Failure is { } whole ? ErrorValue(whole, state.FailedStep) : Value.Null;
    }

    private static StepState? Visible(RunState state, ScopeState? scope, string id)
    {
        for (var at = scope; at is not null; at = at.Parent)
        {
            if (at.Item is not null && at.Owner!.Step.Id == id && state.Steps.TryGetValue($"{at.Owner.Key}[{at.Item}]", out var own)) return own;
            if (state.Steps.TryGetValue(at.Prefix + id, out var found)) return found;
        }

        return state.Steps.GetValueOrDefault(id);
    }

    private static Value StepValue(StepState step) => Value.Map(
        ("outputs", step.Output ?? Value.Null), ("status", Value.Of(Camel(step.Status))),
        ("error", step.Failure is { } failure ? ErrorValue(failure, step.Key) : Value.Null), ("attempts", Value.Of(step.Attempt)));

    private static Value? Secret(RunState state, string name) =>
        state.Graph.Definition.Secrets.TryGetValue(name, out var reference) ? new SecretValue(new Secret(reference, () => state.Resolve(reference))) : null;

    private static string Instant(DateTimeOffset at) => at.UtcDateTime.ToString("yyyy-MM-dd'T'HH:mm:ss.FFF'Z'", CultureInfo.InvariantCulture);

    private static string Uuid(string seed)
    {
        Span<byte> hash = stackalloc byte[32];
        SHA256.HashData(Encoding.UTF8.GetBytes(seed), hash);
        hash[7] = (byte)(hash[7] & 0x0f | 0x80);
        hash[8] = (byte)(hash[8] & 0x3f | 0x80);
        return new Guid(hash[..16]).ToString();
    }
}
