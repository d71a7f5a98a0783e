using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;

namespace Orchestrator.Engine.Planning;

/// <summary>Makes the report's rows from definition nodes.</summary>
internal static class PlanNodes
{
    /// <summary>True for activities that the compiler added, such as <c>deploy-if</c>: nobody wrote them, so a report has no row for them.</summary>
    public static bool IsAdded(string id) => id.Contains('-', StringComparison.Ordinal);

    /// <summary>A row without children.</summary>
    public static StepPlan Plan(this ActivityNode node, PlanScope scope, PlanState state, string? reason = null, IReadOnlyList<Change>? changes = null) =>
        new(scope.KeyOf(node), node.Id, NameOf(node), node.Type, node.Span, state, changes ?? [], reason, []);

    /// <summary>A container's row: the gravest state of its children, or <paramref name="empty"/> when it has none.</summary>
    public static StepPlan Container(this ActivityNode node, PlanScope scope, IReadOnlyList<StepPlan> children, string? reason = null, PlanState empty = PlanState.Unchanged) =>
        new(scope.KeyOf(node), node.Id, NameOf(node), node.Type, node.Span, children.Count == 0 ? empty : children.Max(child => child.State), [], reason, children);

    /// <summary>A row that waits for steps: <c>after `a` and `b`</c>.</summary>
    public static string After(IReadOnlyList<string> steps) => $"after {string.Join(" and ", steps.Select(step => step.Contains(' ', StringComparison.Ordinal) ? step : $"`{step}`"))}";

    private static string NameOf(ActivityNode node) => node.Name.Length == 0 ? node.Id : node.Name;
}
