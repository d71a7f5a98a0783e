using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Grammar;

/// <summary>An input of a blueprint.</summary>
internal static class InputGrammar
{
    private static readonly NumberShape Bound = new(-9_007_199_254_740_992, 9_007_199_254_740_992, Whole: false);
    private static readonly NumberShape Count = new(0, 1_000_000);

    public static readonly Construct Input = new("input", "An input of the blueprint: a type and its limits.",
    [
        new("type", new TypeShape(), "`string int number bool duration host hostname url gitSshUrl sshPublicKey imageDigest cidr json`, `list<T>`, `map<T>` or `secret<T>`.") { Required = true },
        new("description", BasicShapes.Text, "What it is, for the person who fills it in."),
        new("default", new ConstantShape(), "Its value when none is given; an input with a default is not required."),
        new("optional", new BoolShape(), "True: may be absent, and is then null.") { Default = Value.Of(false) },
        new("enum", new ListShape(new ConstantShape(), NotEmpty: true), "The only values allowed."),
        new("pattern", BasicShapes.Text, "Regular expression that the whole text must match."),
        new("min", Bound, "Least number, inclusive; durations in seconds."),
        new("max", Bound, "Greatest number, inclusive; durations in seconds."),
        new("minLength", Count, "Least length of a text, or count of a list."),
        new("maxLength", Count, "Greatest length of a text, or count of a list."),
    ]);
}
