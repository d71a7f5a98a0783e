using Orchestrator.Blueprints.Grammar;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Blueprints.Binding;

/// <summary>A value that may hold expressions, as one expression, with the pieces of it that are checked on their own.</summary>
internal sealed class ValuePlan
{
    public required string Name { get; init; }

    public required YamlNode Node { get; init; }

    public YamlScalar? Key { get; init; }

    /// <summary>The value as an expression; null when it does not parse.</summary>
    public Expression? Expression { get; set; }

    /// <summary>The scalars in it, each with what must stand there.</summary>
    public List<ValuePiece> Pieces { get; } = [];

    public required Contexts Contexts { get; init; }

    /// <summary>The step it belongs to; null at the top level.</summary>
    public StepPlan? Step { get; init; }

    /// <summary>The trigger it belongs to; null elsewhere.</summary>
    public TriggerDeclaration? Trigger { get; init; }

    /// <summary>True for the values of a step's undo: they also see the step itself.</summary>
    public bool InUndo { get; init; }

    /// <summary>True for a value over one item of the step's own <c>foreach</c>; false for those that are decided before (<c>if</c>, the list).</summary>
    public bool SeesItem { get; init; } = true;

    /// <summary>True when <c>null</c> may stand for absence.</summary>
    public bool Optional { get; init; }

    /// <summary>How many of the blueprint's vars it sees; those above it in the text.</summary>
    public int VarsBefore { get; init; } = int.MaxValue;
}

/// <summary>A scalar of a value: an expression or a constant, and its type.</summary>
internal sealed record ValuePiece(YamlScalar Node, Expression Expression, Schema Expected);
