using Orchestrator.Engine.Folding;
using Orchestrator.Engine.Graphs;
using Orchestrator.Engine.Journal;
using Orchestrator.Engine.Runs;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Deciding.Containers;

/// <summary>ForEach: the items and their keys are evaluated once and journaled; at most <c>limit</c> items are open at a time, in order of the list.</summary>
internal static class ForEachRule
{
    public static void Schedule(Decider decider, StepState step)
    {
        try
        {
            var items = Items(decider, step);
            decider.Do(new Move(MoveKind.Scheduled, step.Key, items));
            if (items.Items.Count == 0) decider.CompleteContainer(step, Output(step));
            else OpenItems(decider, step);
        }
        catch (FailureException exception)
        {
            decider.Break(step, exception.Failure);
        }
    }

    public static void ItemEnded(Decider decider, StepState owner, ScopeState scope)
    {
        if (scope.Failure is not null && FailFast(owner) && !owner.IsStopping)
            foreach (var other in owner.Scopes.Where(other => !other.IsClosed).ToArray()) Cancelling.StopScope(decider, other);
        if (!owner.IsActive) return; // the last of those stopped has ended it
        if (owner.Scopes.Any(other => !other.IsClosed))
        {
            OpenItems(decider, owner);
            return;
        }

        if (!owner.IsStopping && OpenItems(decider, owner)) return;
        if (owner.IsStopping) Cancelling.ContainerStopped(decider, owner);
        else if (owner.Scopes.Where(other => other.Failure is not null).ToArray() is { Length: > 0 } failed)
            decider.Break(owner, ForEachItems.Failure([.. failed.Select(other => (other.Item!, other.Failure!))], owner.Items!.Items.Count));
        else decider.CompleteContainer(owner, Output(owner));
    }

    private static bool OpenItems(Decider decider, StepState owner)
    {
        if (owner.IsStopping || (FailFast(owner) && owner.Scopes.Any(scope => scope.Failure is not null))) return false;
        var limit = Math.Max(1, (int)((Constant(decider, owner, "limit") as NumberValue)?.Number ?? 8));
        var opened = false;
        while (owner.Scopes.Count < owner.Items!.Items.Count && owner.Scopes.Count(scope => !scope.IsClosed) < limit)
        {
            var key = ((ListValue)owner.Items.Items[owner.Scopes.Count]).Items[0].AsString()!;
            decider.Do(new Move(MoveKind.Opened, owner.Key, Text: key));
            FlowchartRule.Begin(decider, owner.Scopes[^1]);
            opened = true;
            if (!owner.IsActive) return true; // an item that ended at once ended all
        }

        return opened && owner.Scopes.Any(scope => !scope.IsClosed);
    }

    private static bool FailFast(StepState owner) =>
        owner.Step.Node.Inputs.GetValueOrDefault("failFast")?.ConstantValue is not BoolValue { Flag: false };

    private static Value? Constant(Decider decider, StepState owner, string name) =>
        owner.Step.Node.Inputs.GetValueOrDefault(name)?.Evaluate(Evaluating.Context(decider.State, owner.Scope, decider.Now, owner));

    private static ListValue Items(Decider decider, StepState step)
    {
        var inputs = step.Step.Node.Inputs;
        var outer = Evaluating.Context(decider.State, step.Scope, decider.Now, step);
        var items = ForEachItems.Of(step.Key, inputs["in"].Evaluate(outer));
        var name = inputs.GetValueOrDefault("as")?.ConstantValue?.AsString() ?? "item";
        var keys = ForEachItems.Keys(step.Key, items, inputs.GetValueOrDefault("key") is not { } key ? null : item => key.Evaluate(new EvaluationContext
        {
            Now = outer.Now, NewUuid = outer.NewUuid, Member = outer.Member, Root = root => root == name || root == "item" ? item : outer.Root(root),
        }));
        return Value.List(items.Select((item, index) => Value.List([Value.Of(keys[index]), decider.Seal(item, $"{step.Key}/items/{keys[index]}")])));
    }

    private static Value Output(StepState owner) => Value.Map(("items", Value.Map(owner.Scopes.Select(scope => (scope.Item!, OutputOf(scope))))));

    private static Value OutputOf(ScopeState scope)
    {
        var own = Array.Find(scope.Steps, step => step.Step.Id == scope.Owner!.Step.Id);
        if (own is { IsContainer: false }) return own.Output ?? Value.Null;
        return Value.Map(Leaves(scope).Select(step => (step.Step.Id, step.Output ?? Value.Null)));
    }

    private static IEnumerable<StepState> Leaves(ScopeState scope) => scope.Steps
        .Where(step => step.Status is StepStatus.Completed or StepStatus.Skipped or StepStatus.Failed && !step.Step.Id.Contains('-', StringComparison.Ordinal))
        .SelectMany(step => step.IsContainer ? step.Scopes.SelectMany(Leaves) : [step]);
}
