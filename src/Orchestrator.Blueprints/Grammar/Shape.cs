using Orchestrator.Model.Schemas;

namespace Orchestrator.Blueprints.Grammar;

/// <summary>What may stand behind a key. The family is closed: shape check, JSON Schema and reference pages each switch over it once.</summary>
internal abstract record Shape
{
    /// <summary>What is expected, for messages: <c>a duration such as 90s</c>.</summary>
    public abstract string Expected { get; }
}

/// <summary>Constant text; <paramref name="Pattern"/> must match the whole of it.</summary>
internal sealed record TextShape(string? Pattern = null, string Hint = "text") : Shape
{
    public override string Expected => Hint;
}

/// <summary>One of some words.</summary>
internal sealed record ChoiceShape(params IReadOnlyList<string> Words) : Shape
{
    public override string Expected => Words.Count == 1 ? $"`{Words[0]}`" : $"one of {string.Join(", ", Words.Select(word => $"`{word}`"))}";
}

/// <summary>A constant number in a range.</summary>
internal sealed record NumberShape(double Min, double Max, bool Whole = true) : Shape
{
    public override string Expected => (Whole ? "a whole number" : "a number") + (Max == double.MaxValue ? $" of at least {Min}" : $" from {Min} to {Max}");
}

/// <summary>A constant boolean.</summary>
internal sealed record BoolShape : Shape
{
    public override string Expected => "`true` or `false`";
}

/// <summary>A constant duration.</summary>
internal sealed record DurationShape : Shape
{
    public override string Expected => "a duration such as `90s`, `2m` or `1h30m`";
}

/// <summary>An input's type such as <c>string</c> or <c>list&lt;int&gt;</c>.</summary>
internal sealed record TypeShape : Shape
{
    public override string Expected => "a type such as `string`, `int` or `list<string>`";
}

/// <summary>Any constant.</summary>
internal sealed record ConstantShape : Shape
{
    public override string Expected => "a constant";
}

/// <summary>A value that may hold <c>${{ }}</c>, of a type.</summary>
internal sealed record ValueShape(Schema Type, string Hint = "a value") : Shape
{
    public override string Expected => Hint;
}

/// <summary>An expression without <c>${{ }}</c> around it.</summary>
internal sealed record BareShape(Schema Type) : Shape
{
    public override string Expected => "an expression";
}

/// <summary>The inputs of an activity, named by the key <c>uses</c> beside it.</summary>
internal sealed record InputsShape : Shape
{
    public override string Expected => "a map of inputs";
}

/// <summary>A map with free keys.</summary>
internal sealed record MapShape(Shape Item, TextShape? Key = null) : Shape
{
    public override string Expected => "a map";
}

/// <summary>A list.</summary>
internal sealed record ListShape(Shape Item, bool NotEmpty = false) : Shape
{
    public override string Expected => "a list";
}

/// <summary>A map with the keys of a construct.</summary>
internal sealed record ObjectShape(Func<Construct> Construct) : Shape
{
    public override string Expected => $"a map with {string.Join(", ", Construct().Keys.Where(key => key.Required).DefaultIfEmpty(Construct().Keys[0]).Select(key => $"`{key.Name}`"))}";
}

/// <summary>One of several shapes; which one shows in the kind of the YAML node, the first that fits counts.</summary>
internal sealed record EitherShape(params IReadOnlyList<Shape> Options) : Shape
{
    public override string Expected => string.Join(" or ", Options.Select(option => option.Expected));
}
