using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Model.Expressions;

/// <summary>What an expression may name where it stands.</summary>
public sealed class CheckScope
{
    /// <summary>
    /// Root names and what they hold. Null for a name that exists in other places of a blueprint but not here: using it is reported together with the names that do
    /// exist here.
    /// </summary>
    public required IReadOnlyDictionary<string, Schema?> Roots { get; init; }

    /// <summary>Where names were declared, by path, for example <c>inputs.repo</c>; shown beside a misspelled name. Default none.</summary>
    public IReadOnlyDictionary<string, SourceSpan> Declarations { get; init; } = new Dictionary<string, SourceSpan>();

    /// <summary>
    /// More help for a path that does not exist, for example <c>steps.later</c>: "the step `later` runs after this one"; null = none. Default none.
    /// </summary>
    public Func<string, string?>? Hint { get; init; }
}
