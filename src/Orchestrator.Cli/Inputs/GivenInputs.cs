using System.CommandLine;
using Orchestrator.Blueprints;
using Orchestrator.Cli.Blueprints;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Cli.Inputs;

/// <summary>Inputs as given on the command line, before defaults and checks.</summary>
/// <param name="Values">By name. Text that stands for a number, a flag or a list may still be text.</param>
/// <param name="Faults">What could not be read, in words; empty when all could.</param>
internal sealed record GivenInputs(MapValue Values, IReadOnlyList<string> Faults)
{
    /// <summary>A single input.</summary>
    public static readonly Option<string[]> Set = new("--set")
    {
        Description = "An input; NAME=@FILE reads a file, NAME=@- standard input; lists as a,b or [a, b]", HelpName = "NAME=VALUE",
    };

    /// <summary>Many inputs.</summary>
    public static readonly Option<string[]> Files = new("--inputs") { Description = "A YAML or JSON file with inputs; --set wins", HelpName = "FILE" };

    /// <summary>Reads both options against the declared inputs, which say what is secret and what is a list.</summary>
    public static GivenInputs Read(ParseResult parsed, Schema declared, Terminal terminal)
    {
        var values = Value.EmptyMap;
        var faults = new List<string>();
        foreach (var path in parsed.GetValue(Files) ?? [])
            foreach (var (name, value) in ReadFile(path, terminal, faults).Entries)
                values = values.With(name, value);

        foreach (var (name, content) in Contents(parsed.GetValue(Set), "--set", terminal, faults))
            values = values.With(name, FromText(declared.Field(name)?.Schema, content));
        return new GivenInputs(values, faults);
    }

    /// <summary>Splits <c>name=value</c> texts at their first equals sign; what has none is a fault.</summary>
    public static IReadOnlyList<(string Name, string Text)> Pairs(IEnumerable<string> given, string option, List<string> faults)
    {
        var pairs = new List<(string, string)>();
        foreach (var pair in given)
        {
            var equals = pair.IndexOf('=', StringComparison.Ordinal);
            if (equals > 0) pairs.Add((pair[..equals].Trim(), pair[(equals + 1)..]));
            else faults.Add($"{option} {pair}: expected name=value");
        }

        return pairs;
    }

    /// <summary>What an option with <c>name=value</c> texts gives, files read; what cannot be read is a fault and left out.</summary>
    public static IEnumerable<(string Name, string Content)> Contents(string[]? given, string option, Terminal terminal, List<string> faults)
    {
        foreach (var (name, text) in Pairs(given ?? [], option, faults))
            if (Content($"{option} {name}", text, terminal, faults) is { } content)
                yield return (name, content);
    }

    /// <summary>A value without a schema from text: YAML, and so also JSON; text that is no YAML stays text.</summary>
    public static Value FromYaml(string text) => YamlValues.Read(text) is { Value: { } value, Diagnostics.Count: 0 } ? value : Value.Of(text);

    /// <summary>The text after <c>=</c>, or what it points at with <c>@</c>; null when that cannot be read.</summary>
    public static string? Content(string option, string text, Terminal terminal, List<string> faults)
    {
        if (!text.StartsWith('@')) return text;
        try
        {
            // A file ends with a line break that is hardly ever meant.
            return BlueprintFile.Read(text[1..], terminal).Text.TrimEnd('\r', '\n');
        }
        catch (FailureException trouble)
        {
            faults.Add($"{option}: {trouble.Failure.Message}");
            return null;
        }
    }

    private static Value FromText(Schema? schema, string text)
    {
        if (schema is { Secret: true }) return new SecretValue(Secret.FromPlainText(text));
        var isStructure = schema is { Kind: SchemaKind.List or SchemaKind.Map or SchemaKind.Object or SchemaKind.Any } && text.TrimStart() is ['[' or '{', ..];
        return isStructure ? FromYaml(text) : Value.Of(text);
    }

    private static MapValue ReadFile(string path, Terminal terminal, List<string> faults)
    {
        try
        {
            var (value, diagnostics) = YamlValues.Read(BlueprintFile.Read(path, terminal).Text);
            if (value is MapValue map && diagnostics.Count == 0) return map;
            foreach (var diagnostic in diagnostics) faults.Add($"{path}:{diagnostic.Span}: {diagnostic.Message}");
            if (diagnostics.Count == 0) faults.Add($"{path}: expected a map of inputs");
        }
        catch (FailureException trouble)
        {
            faults.Add($"--inputs: {trouble.Failure.Message}");
        }

        return Value.EmptyMap;
    }
}
