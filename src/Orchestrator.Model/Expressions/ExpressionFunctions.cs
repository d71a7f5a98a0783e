using System.Collections.Frozen;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>The functions of the expression language, described as data: parser, checker, evaluator, reference and completion all read this.</summary>
public static class ExpressionFunctions
{
    internal static readonly ExpressionFunction When = new()
    {
        Name = "when",
        Parameters = [new("condition", Schema.Bool), new("then", Schema.Any), new("otherwise", Schema.Any)],
        Result = Schema.Any,
        Summary = "`then` when the condition holds, else `otherwise`; only the chosen one is evaluated.",
        Example = "when(1 < 2, 'yes', 'no') => 'yes'",
        Transparent = true,
        ResultOf = arguments => Schemas.SchemaText.Join(arguments[1], arguments[2]),
        Body = _ => throw new InvalidOperationException("evaluated by the call itself"),
    };

    /// <summary>All of them: plain functions first, then methods, each by name.</summary>
    public static IReadOnlyList<ExpressionFunction> All { get; } =
    [
        .. new[] { When }.Concat(GeneralFunctions.All).Concat(EncodingFunctions.All).Concat(TextFunctions.All).Concat(ListFunctions.All)
            .OrderBy(function => function.Receiver is not null).ThenBy(function => function.Name, StringComparer.Ordinal),
    ];

    private static readonly FrozenDictionary<(string, bool), ExpressionFunction[]> ByName =
        All.GroupBy(function => (function.Name, function.Receiver is not null)).ToFrozenDictionary(group => group.Key, group => group.ToArray());

    /// <summary>The plain functions of a name or, with <paramref name="method"/>, the methods of it, one for each kind of receiver; empty when there are none.</summary>
    internal static ExpressionFunction[] Candidates(string name, bool method) => ByName.GetValueOrDefault((name, method)) ?? [];
}
