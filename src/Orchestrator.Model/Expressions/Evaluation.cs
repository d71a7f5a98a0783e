using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>One evaluation: its context, its budget, and the parameters of the arrow functions around the current node.</summary>
internal sealed class Evaluation(EvaluationContext context)
{
    /// <summary>Nodes and items that one evaluation may visit.</summary>
    public const int StepBudget = 10_000;

    /// <summary>Characters that a value made by an expression may weigh, with eight for anything that is not text.</summary>
    public const int LargestResult = 256 * 1024;

    private int _left = StepBudget;
    private Local? _locals;

    public EvaluationContext Context => context;

    /// <summary>The same context with a budget of its own and no parameters around.</summary>
    public Evaluation Fresh() => new(context);

    public Value Run(Expr root) => Bounded(root, root.Evaluate(this));

    public void Step()
    {
        if (--_left < 0) throw EvaluationFailures.Budget();
    }

    public Value Lookup(NameExpr name)
    {
        Step();
        for (var local = _locals; local is not null; local = local.Outer)
            if (local.Name == name.Name)
                return local.Value;
        return context.Root(name.Name) ?? throw EvaluationFailures.NoName(name);
    }

    public Value? LookupMember(NameExpr root, string member)
    {
        if (context.Member is not { } find) return null;
        for (var local = _locals; local is not null; local = local.Outer)
            if (local.Name == root.Name)
                return null;
        return find(root.Name, member);
    }

    public Value Call(LambdaExpr lambda, Value first, Value second)
    {
        var outer = _locals;
        if (lambda.Parameters.Count > 0) _locals = new Local(lambda.Parameters[0], first, _locals);
        if (lambda.Parameters.Count > 1) _locals = new Local(lambda.Parameters[1], second, _locals);
        Step();
        var value = lambda.Body.Evaluate(this);
        _locals = outer;
        return value;
    }

    public static Value Bounded(Expr made, Value value) => value.Weight <= LargestResult ? value : throw EvaluationFailures.TooLarge(made);

    private sealed record Local(string Name, Value Value, Local? Outer);
}
