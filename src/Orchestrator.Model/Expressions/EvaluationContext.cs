using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>Everything an expression can see: names, the clock's instant and new ids. One object may serve many evaluations.</summary>
public sealed class EvaluationContext
{
    /// <summary>The value of a root name such as <c>inputs</c>, or null when there is no such name here.</summary>
    public required Func<string, Value?> Root { get; init; }

    /// <summary>What <c>now()</c> gives; the caller records it, so that a replay sees the same instant.</summary>
    public required DateTimeOffset Now { get; init; }

    /// <summary>What <c>uuid()</c> gives, a new one for each call.</summary>
    public required Func<string> NewUuid { get; init; }

    /// <summary>
    /// Finds <c>root.name</c> without building the whole root, for example one step among a thousand; null = look the name up in the value of <see cref="Root"/>.
    /// Default none.
    /// </summary>
    public Func<string, string, Value?>? Member { get; init; }
}
