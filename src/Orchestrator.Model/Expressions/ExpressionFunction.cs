using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>A function of the expression language: its description and what it does. Pure.</summary>
public sealed record ExpressionFunction
{
    /// <summary>Its name.</summary>
    public required string Name { get; init; }

    /// <summary>What it is called on, as <c>receiver.name(…)</c>; null for a plain function, <c>name(…)</c>.</summary>
    public Schema? Receiver { get; init; }

    /// <summary>The parameters in order, without the receiver.</summary>
    public required IReadOnlyList<FunctionParameter> Parameters { get; init; }

    /// <summary>What it gives, as far as that does not depend on its arguments.</summary>
    public required Schema Result { get; init; }

    /// <summary>One line for the reference and for completion.</summary>
    public required string Summary { get; init; }

    /// <summary>A call and its value, <c>'a,b'.split(',') => ['a', 'b']</c>; a test evaluates it. Empty where the value is never the same.</summary>
    public required string Example { get; init; }

    /// <summary>True when it only moves values about and never looks into them, so that secrets and unknowns may be among them.</summary>
    public bool Transparent { get; init; }

    /// <summary>The result's schema from those of the receiver (if any) and the arguments (of an arrow function: of its body); null = <see cref="Result"/>.</summary>
    internal Func<IReadOnlyList<Schema>, Schema>? ResultOf { get; init; }

    internal Func<Invocation, Value> Body { get; init; } = _ => throw new InvalidOperationException("a function has a body");

    /// <summary>How it is called: <c>text.split(separator)</c>, <c>range(from, to?)</c>.</summary>
    public string Signature
    {
        get
        {
            var parameters = string.Join(", ", Parameters.Select(parameter => parameter.Repeats ? "…" + parameter.Name : parameter.Required ? parameter.Name : parameter.Name + "?"));
            return Receiver is null ? $"{Name}({parameters})" : $"{Receiver.Kind.ToString().ToLowerInvariant().Replace("string", "text", StringComparison.Ordinal)}.{Name}({parameters})";
        }
    }

    internal int Least => Parameters.Count(parameter => parameter.Required);

    internal int Most => Parameters is [.., { Repeats: true }] ? int.MaxValue : Parameters.Count;

    internal FunctionParameter Parameter(int index) => Parameters[Math.Min(index, Parameters.Count - 1)];
}

/// <summary>A parameter of an <see cref="ExpressionFunction"/>.</summary>
/// <param name="Name">Its name, for documentation.</param>
/// <param name="Schema">What it accepts; for an arrow function what the function must give.</param>
/// <param name="Required">False when it may be left out.</param>
/// <param name="Arrow">True when it is an arrow function over an item (and its index).</param>
/// <param name="Repeats">True when any number of arguments may follow (only the last parameter).</param>
public sealed record FunctionParameter(string Name, Schema Schema, bool Required = true, bool Arrow = false, bool Repeats = false);
