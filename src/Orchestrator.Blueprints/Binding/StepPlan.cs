using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Activities;

namespace Orchestrator.Blueprints.Binding;

/// <summary>A step with its names bound.</summary>
internal sealed class StepPlan
{
    public required YamlMapping Node { get; init; }

    /// <summary>The id; empty when it is missing (then an error was reported).</summary>
    public required string Id { get; init; }

    /// <summary>The step around it; null at the top level.</summary>
    public StepPlan? Parent { get; init; }

    /// <summary>The list it stands in, and under which key: <c>steps</c>, <c>rescue</c>, <c>always</c> or <c>parallel</c>.</summary>
    public required List<StepPlan> Siblings { get; init; }

    /// <summary>Its place in that list.</summary>
    public int Index { get; init; }

    public required string Role { get; init; }

    /// <summary>The verb's key; null when there is none.</summary>
    public string? Verb { get; set; }

    /// <summary>What a leaf runs; null for other verbs and unknown activities.</summary>
    public ActivityDescriptor? Activity { get; set; }

    public List<StepPlan> Steps { get; } = [];

    public List<StepPlan> Rescue { get; } = [];

    public List<StepPlan> Always { get; } = [];

    /// <summary>The values directly below the step by key: <c>if until stdin cwd</c>, <c>foreach.in</c>, <c>wait.duration</c> …</summary>
    public Dictionary<string, ValuePlan> Values { get; } = new(StringComparer.Ordinal);

    /// <summary>The inputs of the activity in order of the text; of a <c>call</c> one value named <c>with</c> stands in <see cref="Values"/> instead.</summary>
    public List<ValuePlan> With { get; } = [];

    public List<ValuePlan> Environment { get; } = [];

    public List<ValuePlan> Outputs { get; } = [];

    /// <summary>The explicit undo as a step of its own; null when there is none.</summary>
    public StepPlan? Undo { get; set; }

    public bool IsForEach => Node.Find("foreach") is not null;

    /// <summary>Name of the item of its <c>foreach</c>.</summary>
    public string ItemName => (Node["foreach"] as YamlMapping)?["as"] is YamlScalar name ? name.Text : "item";

    /// <summary>Branches it waits for; only inside <c>parallel</c>.</summary>
    public IEnumerable<YamlScalar> Needs => Node["needs"] switch
    {
        YamlSequence list => list.Items.OfType<YamlScalar>(),
        YamlScalar { IsNull: false } one => [one],
        _ => [],
    };

    /// <summary>The steps around it, the nearest first, itself included.</summary>
    public IEnumerable<StepPlan> Ancestors()
    {
        for (var step = this; step is not null; step = step.Parent) yield return step;
    }

    /// <summary>It and everything in it.</summary>
    public IEnumerable<StepPlan> Descendants() =>
        Steps.Concat(Rescue).Concat(Always).SelectMany(child => child.Descendants()).Prepend(this);

    /// <summary>The span for messages about the step as a whole: its id, or its first key.</summary>
    public Model.Diagnostics.SourceSpan Place => Node.Find("id")?.Value.Span ?? (Node.Entries.Count > 0 ? Node.Entries[0].Key.Span : Node.Span);
}
