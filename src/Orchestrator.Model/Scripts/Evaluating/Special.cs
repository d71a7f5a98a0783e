using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts.Evaluating;

/// <summary>JavaScript's undefined; lives within an evaluation only.</summary>
internal sealed class Undefined : Value
{
    public static readonly Undefined It = new();

    private Undefined()
    {
    }

    public override ValueKind Kind => ValueKind.Null;

    public override bool Equals(Value? other) => other is Undefined;

    public override int GetHashCode() => 3;
}

/// <summary>A function given as an argument; lives within an evaluation only.</summary>
/// <param name="Run">Gets the first three arguments.</param>
internal sealed class Callback(Func<Value, Value, Value, Value> Run) : Value
{
    public override ValueKind Kind => ValueKind.Null;

    public Value Call(Value first, Value second, Value third) => Run(first, second, third);

    public override bool Equals(Value? other) => ReferenceEquals(this, other);

    public override int GetHashCode() => 4;
}

/// <summary>The script threw; where is added on the way out.</summary>
internal sealed class ScriptThrowException(string message) : Exception(message)
{
    public static ScriptThrowException Type(string message) => new("TypeError: " + message);
}

/// <summary>The evaluation met a value that is not known yet.</summary>
internal sealed class UnknownReachedException(UnknownValue value) : Exception
{
    public UnknownValue Value { get; } = value;
}
