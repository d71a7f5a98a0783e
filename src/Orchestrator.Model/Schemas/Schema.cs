using Orchestrator.Model.Values;

namespace Orchestrator.Model.Schemas;

/// <summary>
/// What a value must look like: the one description behind checks, expression types, the JSON Schema, the reference pages and the
/// descriptors of Studio. Immutable.
/// </summary>
public sealed record Schema
{
    /// <summary>The basic kind.</summary>
    public required SchemaKind Kind { get; init; }

    /// <summary>
    /// Refines a string: <c>host hostname url gitSshUrl sshPublicKey imageDigest cidr ipAddress port path duration instant multiline</c>; null for
    /// plain text. The class <c>Formats</c> checks them.
    /// </summary>
    public string? Format { get; init; }

    /// <summary>What each item of a list or each value of a map must look like; null = anything.</summary>
    public Schema? Item { get; init; }

    /// <summary>The fields of an object, in order of declaration. Empty for the other kinds.</summary>
    public IReadOnlyList<SchemaField> Fields { get; init; } = [];

    /// <summary>True where a secret may (as input) or does (as output) stand. Elsewhere a secret is a compile error.</summary>
    public bool Secret { get; init; }

    /// <summary>The only values allowed; null = no such limit.</summary>
    public IReadOnlyList<Value>? Enum { get; init; }

    /// <summary>Regular expression that a string must match as a whole; null = none.</summary>
    public string? Pattern { get; init; }

    /// <summary>Least number, inclusive; for durations in seconds.</summary>
    public double? Min { get; init; }

    /// <summary>Greatest number, inclusive; for durations in seconds.</summary>
    public double? Max { get; init; }

    /// <summary>Least length of a string or count of a list.</summary>
    public int? MinLength { get; init; }

    /// <summary>Greatest length of a string or count of a list.</summary>
    public int? MaxLength { get; init; }

    /// <summary>Anything at all.</summary>
    public static Schema Any { get; } = new() { Kind = SchemaKind.Any };

    /// <summary>Plain text.</summary>
    public static Schema String { get; } = new() { Kind = SchemaKind.String };

    /// <summary>A boolean.</summary>
    public static Schema Bool { get; } = new() { Kind = SchemaKind.Bool };

    /// <summary>A whole number.</summary>
    public static Schema Int { get; } = new() { Kind = SchemaKind.Int };

    /// <summary>Any number.</summary>
    public static Schema Number { get; } = new() { Kind = SchemaKind.Number };

    /// <summary>A duration such as <c>90s</c>, <c>2m</c>, <c>1h30m</c>; as a value it stays that text.</summary>
    public static Schema Duration { get; } = new() { Kind = SchemaKind.String, Format = "duration" };

    /// <summary>A list.</summary>
    public static Schema ListOf(Schema item) => new() { Kind = SchemaKind.List, Item = item };

    /// <summary>A map with free keys.</summary>
    public static Schema MapOf(Schema item) => new() { Kind = SchemaKind.Map, Item = item };

    /// <summary>An object with these fields and no others.</summary>
    public static Schema Object(params IEnumerable<SchemaField> fields) => new() { Kind = SchemaKind.Object, Fields = [.. fields] };

    /// <summary>The field of an object by name, or null.</summary>
    public SchemaField? Field(string name) => Fields.FirstOrDefault(field => field.Name == name);
}

/// <summary>The basic kinds.</summary>
public enum SchemaKind
{
    /// <summary>No constraint.</summary>
    Any,

    /// <summary>True or false.</summary>
    Bool,

    /// <summary>A number without a fraction.</summary>
    Int,

    /// <summary>Any number.</summary>
    Number,

    /// <summary>Text, refined by <see cref="Schema.Format"/>.</summary>
    String,

    /// <summary>An ordered list of <see cref="Schema.Item"/>.</summary>
    List,

    /// <summary>A map with free keys to <see cref="Schema.Item"/>.</summary>
    Map,

    /// <summary>A map with the declared <see cref="Schema.Fields"/>.</summary>
    Object,
}

/// <summary>A field of an object schema.</summary>
/// <param name="Name">camelCase.</param>
/// <param name="Schema">What it holds.</param>
/// <param name="Required">True when it may not be absent.</param>
/// <param name="Description">One or two sentences: meaning, unit, when it is ignored. Never empty.</param>
/// <param name="Default">What absence means; null when absence has its own meaning, which the description says.</param>
public sealed record SchemaField(string Name, Schema Schema, bool Required, string Description, Value? Default = null);
