using System.Text.RegularExpressions;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;
using static Orchestrator.Blueprints.Lowering.DefinitionLowering;

namespace Orchestrator.Blueprints.Binding;

/// <summary>Reads an input's declaration: its type with its limits, which must fit the type, and its default, which must fit both.</summary>
internal static class InputReader
{
    public static InputPlan? Read(YamlEntry entry, ICollection<Diagnostic> diagnostics)
    {
        var node = (YamlMapping)entry.Value;
        var name = entry.Name;
        var schema = Type(node, diagnostics) ?? Schema.Any;
        schema = schema with
        {
            Min = Limit(node, "min", schema.Kind is SchemaKind.Int or SchemaKind.Number || schema.Format == "duration", schema, diagnostics),
            Max = Limit(node, "max", schema.Kind is SchemaKind.Int or SchemaKind.Number || schema.Format == "duration", schema, diagnostics),
            MinLength = (int?)Limit(node, "minLength", schema.Kind is SchemaKind.String or SchemaKind.List, schema, diagnostics),
            MaxLength = (int?)Limit(node, "maxLength", schema.Kind is SchemaKind.String or SchemaKind.List, schema, diagnostics),
            Pattern = Pattern(node, schema, diagnostics),
        };
        Order(node, "min", "max", diagnostics);
        Order(node, "minLength", "maxLength", diagnostics);
        if (node["enum"] is YamlSequence allowed)
        {
            foreach (var item in allowed.Items) Fits(item, schema, diagnostics);
            schema = schema with { Enum = [.. allowed.Items.Select(item => As(schema, item))] };
        }

        Value? initial = null;
        if (node.Find("default") is { } given)
        {
            if (schema.Secret) diagnostics.Add(SecretDiagnostics.DefaultOfSecret(given.Value.Span, name));
            else if (!(given.Value is YamlScalar { IsNull: true } && Flag(node["optional"]) == true)) Fits(given.Value, schema, diagnostics);
            initial = As(schema, given.Value);
        }

        var required = initial is null && Flag(node["optional"]) != true;
        return new InputPlan(entry.Key, node, new SchemaField(name, schema, required, Text(node["description"]) ?? name, initial));
    }

    private static Schema? Type(YamlMapping node, ICollection<Diagnostic> diagnostics)
    {
        if (node["type"] is not YamlScalar { IsNull: false } type || type.Text.Contains("${{", StringComparison.Ordinal)) return null;
        var (schema, problem) = SchemaText.Parse(type.Text);
        if (problem is null) return schema;
        var words = SchemaText.TypeNames.Select(word => word.Split('<')[0]).ToArray();
        var fix = Spelling.Nearest(type.Text, words) is { } nearest ? new Fix(type.Span, nearest, $"replace with `{nearest}`") : null;
        diagnostics.Add(ShapeDiagnostics.BadInput(type.Span, char.ToUpperInvariant(problem[0]) + problem[1..] + ".", fix));
        return null;
    }

    private static double? Limit(YamlMapping node, string key, bool fits, Schema schema, ICollection<Diagnostic> diagnostics)
    {
        if (node.Find(key) is not { } entry || Number(entry.Value) is not { } limit) return null;
        if (fits || schema.Kind == SchemaKind.Any) return limit;
        diagnostics.Add(ShapeDiagnostics.BadInput(entry.Key.Span, $"`{key}` says nothing about {SchemaChecker.Expectation(schema)}."));
        return null;
    }

    private static void Order(YamlMapping node, string least, string most, ICollection<Diagnostic> diagnostics)
    {
        if (Number(node[least]) > Number(node[most]))
            diagnostics.Add(ShapeDiagnostics.BadInput(node[most]!.Span, $"`{most}` is less than `{least}`: no value fits."));
    }

    private static string? Pattern(YamlMapping node, Schema schema, ICollection<Diagnostic> diagnostics)
    {
        if (node.Find("pattern") is not { Value: YamlScalar { IsNull: false } pattern } entry) return null;
        if (schema.Kind is not (SchemaKind.String or SchemaKind.Any))
        {
            diagnostics.Add(ShapeDiagnostics.BadInput(entry.Key.Span, $"`pattern` says nothing about {SchemaChecker.Expectation(schema)}."));
            return null;
        }

        try
        {
            _ = new Regex(pattern.Text, RegexOptions.NonBacktracking | RegexOptions.CultureInvariant);
            return pattern.Text;
        }
        catch (Exception e) when (e is ArgumentException or NotSupportedException)
        {
            // Lookarounds and back references would let one input take a minute to check.
            diagnostics.Add(ShapeDiagnostics.BadInput(pattern.Span, $"This is no regular expression that can be checked in linear time: {e.Message}"));
            return null;
        }
    }

    private static void Fits(YamlNode node, Schema schema, ICollection<Diagnostic> diagnostics)
    {
        foreach (var fault in SchemaChecker.Check(schema, As(schema, node), "value"))
            diagnostics.Add(ShapeDiagnostics.BadInput(node.Span, $"The value{fault.Path["value".Length..]} {fault.Message}."));
    }

    // Text stays text where YAML would see a number.
    private static Value As(Schema schema, YamlNode node) => node switch
    {
        YamlScalar { Value.Kind: ValueKind.Number or ValueKind.Bool } scalar when schema.Kind == SchemaKind.String => Value.Of(scalar.Text),
        YamlSequence list when schema.Item is { } item => Value.List(list.Items.Select(one => As(item, one))),
        YamlMapping map when schema.Item is { } item => Value.Map(map.Entries.Select(one => (one.Name, As(item, one.Value)))),
        _ => Constant(node),
    };
}
