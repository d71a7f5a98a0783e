namespace Orchestrator.Model.Activities;

/// <summary>Declares an activity class. With the input and output records and their <see cref="FieldAttribute"/>s it is the activity's one description.</summary>
/// <param name="name"><c>noun.verb</c>; the path of the class: <c>firewall.open</c> is <c>Firewall/FirewallOpen.cs</c>.</param>
/// <param name="effect">What it may do to the world.</param>
/// <param name="summary">One sentence, imperative: what it makes true.</param>
[AttributeUsage(AttributeTargets.Class, Inherited = false)]
public sealed class ActivityAttribute(string name, Effect effect, string summary) : Attribute
{
    /// <summary><c>noun.verb</c>.</summary>
    public string Name { get; } = name;

    /// <summary>What it may do to the world.</summary>
    public Effect Effect { get; } = effect;

    /// <summary>One sentence, imperative.</summary>
    public string Summary { get; } = summary;

    /// <summary>Major version, 1 or more. Default 1.</summary>
    public int Version { get; init; } = 1;

    /// <summary>More for the reference page: Markdown, failure codes with their causes, limits. Default none.</summary>
    public string Remarks { get; init; } = "";

    /// <summary>
    /// One step in YAML, starting with <c>- id:</c>, that compiles in a blueprint which declares a target <c>node</c>, a secret <c>token</c> and a string input
    /// <c>name</c>. Never empty; a test compiles it.
    /// </summary>
    public required string Example { get; init; }

    /// <summary>
    /// True for an activity that waits for the world: <see cref="ActivityResult.Waiting"/> is usual, the default <c>every</c> is 5 s and the default
    /// total deadline 15 min.
    /// </summary>
    public bool Polls { get; init; }

    /// <summary>True when a step on it has a built-in undo that <c>onFailure: rollback</c> runs unless the step says otherwise.</summary>
    public bool HasUndo { get; init; }
}

/// <summary>
/// Describes one property of an input or output record. The property's type gives the basic schema: string, bool, int, long, double, TimeSpan (duration), an enum
/// (its names in camelCase), Secret, Value (anything), IReadOnlyList of these, IReadOnlyDictionary from string to these, a nested record. A C# <c>required</c>
/// property is required; its initialiser is the default.
/// </summary>
/// <param name="description">One or two sentences: meaning, unit, when it is ignored.</param>
[AttributeUsage(AttributeTargets.Property)]
public sealed class FieldAttribute(string description) : Attribute
{
    /// <summary>One or two sentences.</summary>
    public string Description { get; } = description;

    /// <summary>A name of <see cref="Schemas.Schema.Format"/>, for a string or the items of a list of strings.</summary>
    public string? Format { get; init; }

    /// <summary>Regular expression for a string or the items of a list of strings.</summary>
    public string? Pattern { get; init; }

    /// <summary>Least number; durations in seconds. NaN = none.</summary>
    public double Min { get; init; } = double.NaN;

    /// <summary>Greatest number; durations in seconds. NaN = none.</summary>
    public double Max { get; init; } = double.NaN;

    /// <summary>Least length or count. -1 = none.</summary>
    public int MinLength { get; init; } = -1;

    /// <summary>Greatest length or count. -1 = none.</summary>
    public int MaxLength { get; init; } = -1;
}
