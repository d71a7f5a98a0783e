namespace Orchestrator.Model.Scripts.Syntax;

internal abstract record Statement(Place At) : Node(At)
{
    /// <summary>True when a function is written in it, which may keep its variables.</summary>
    public bool HasFunctions { get; init; }
}

internal sealed record ExpressionStatement(Place At, Node Expression) : Statement(At);

internal sealed record BlockStatement(Place At, IReadOnlyList<Statement> Statements) : Statement(At);

/// <param name="At">Where.</param>
/// <param name="Kind">var, let or const.</param>
/// <param name="Declarators">At least one.</param>
internal sealed record VariableStatement(Place At, string Kind, IReadOnlyList<Declarator> Declarators) : Statement(At);

internal sealed record Declarator(Place At, Node Target, Node? Value) : Node(At);

internal sealed record FunctionStatement(Place At, FunctionNode Function) : Statement(At);

internal sealed record ClassStatement(Place At, ClassNode Class) : Statement(At);

internal sealed record ReturnStatement(Place At, Node? Value) : Statement(At);

internal sealed record IfStatement(Place At, Node Test, Statement Then, Statement? Else) : Statement(At);

internal sealed record ForStatement(Place At, Node? Start, Node? Test, Node? Next, Statement Body) : Statement(At);

/// <param name="At">Where.</param>
/// <param name="IsOf">True for <c>of</c>, false for <c>in</c>.</param>
/// <param name="Left">A <see cref="VariableStatement"/> with one declarator without a value, or a pattern.</param>
/// <param name="Right">What is walked.</param>
/// <param name="Body">The body.</param>
internal sealed record ForEachStatement(Place At, bool IsOf, Node Left, Node Right, Statement Body) : Statement(At);

internal sealed record WhileStatement(Place At, Node Test, Statement Body) : Statement(At);

internal sealed record DoWhileStatement(Place At, Statement Body, Node Test) : Statement(At);

/// <summary><c>break</c> or <c>continue</c>.</summary>
internal sealed record JumpStatement(Place At, bool IsBreak, string? Label) : Statement(At);

internal sealed record ThrowStatement(Place At, Node Value) : Statement(At);

internal sealed record TryStatement(Place At, BlockStatement Body, Node? Parameter, BlockStatement? Catch, BlockStatement? Finally) : Statement(At);

internal sealed record SwitchStatement(Place At, Node Value, IReadOnlyList<SwitchCase> Cases) : Statement(At);

/// <summary>A null test is <c>default</c>.</summary>
internal sealed record SwitchCase(Place At, Node? Test, IReadOnlyList<Statement> Body) : Node(At);

internal sealed record LabeledStatement(Place At, string Label, Statement Body) : Statement(At);

internal sealed record EmptyStatement(Place At) : Statement(At);
