using System.Text.RegularExpressions;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Checks;

/// <summary>Holds the text against the grammar: keys that are unknown, missing or misplaced, and values of the wrong shape. Types of values come later.</summary>
internal sealed class ShapeCheck(ICollection<Diagnostic> diagnostics)
{
    private static readonly Dictionary<string, string[]> Homes = BlueprintGrammar.All
        .SelectMany(construct => construct.Keys.Select(key => (key.Name, Construct: construct.Name)))
        .GroupBy(pair => pair.Name).ToDictionary(group => group.Key, group => group.Select(pair => pair.Construct).Distinct().ToArray(), StringComparer.Ordinal);

    public void Run(YamlMapping root) => Object(BlueprintGrammar.Blueprint, root, inParallel: false);

    /// <summary>Checks a list of maps of one construct.</summary>
    public void List(YamlNode node, Construct item) => Check(new ListShape(new ObjectShape(() => item)), node, item.Name);

    private void Object(Construct construct, YamlMapping node, bool inParallel)
    {
        var chosen = node.Entries.Where(entry => construct.ExactlyOne.Contains(entry.Name)).ToArray();
        foreach (var entry in node.Entries)
        {
            if (construct.Find(entry.Name) is not { } key)
            {
                Unknown(construct, entry, inParallel);
                continue;
            }

            if (key.InParallel && !inParallel)
                diagnostics.Add(ShapeDiagnostics.Misplaced(entry.Key.Span, key.Name, "only the branches of a `parallel` have it; elsewhere the order of the list decides"));
            else if (key.Beside.Count > 0 && !key.Beside.Any(name => node.Find(name) is not null) && (chosen.Length > 0 || !construct.ExactlyOne.Any(key.Beside.Contains)))
                diagnostics.Add(ShapeDiagnostics.Misplaced(entry.Key.Span, key.Name, $"it belongs beside {string.Join(" or ", key.Beside.Select(name => $"`{name}`"))}"));
            Check(key.Shape, entry.Value, key.Name, entry.Name == "parallel");
        }

        // A misspelt key is one mistake, not an unknown one and a missing one.
        var names = construct.Keys.Select(key => key.Name).ToArray();
        var meant = node.Entries.Where(entry => construct.Find(entry.Name) is null).Select(entry => Spelling.Nearest(entry.Name, names)).ToArray();
        var place = node.Entries.Count > 0 ? node.Entries[0].Key.Span : node.Span;
        foreach (var key in construct.Keys.Where(key => key.Required && node.Find(key.Name) is null && !meant.Contains(key.Name)))
            diagnostics.Add(ShapeDiagnostics.MissingKey(place, key.Name, key.Description));
        if (construct.ExactlyOne.Count == 0) return;
        if (chosen.Length == 0 && !meant.Any(construct.ExactlyOne.Contains)) diagnostics.Add(ShapeDiagnostics.NoChoice(place, construct.ExactlyOneOf, construct.ExactlyOne));
        foreach (var second in chosen.Skip(1))
            diagnostics.Add(ShapeDiagnostics.TwoChoices(second.Key.Span, construct.ExactlyOneOf, second.Name, chosen[0].Name, chosen[0].Key.Span));
    }

    private void Unknown(Construct construct, YamlEntry entry, bool inParallel)
    {
        var allowed = construct.Keys.Where(key => inParallel || !key.InParallel).Select(key => key.Name).ToArray();
        if (Spelling.Nearest(entry.Name, allowed) is null && Homes.TryGetValue(entry.Name, out var homes))
            diagnostics.Add(ShapeDiagnostics.Misplaced(entry.Key.Span, entry.Name, $"it is a key of {string.Join(", ", homes.Select(home => $"`{home}`"))}, not of `{construct.Name}`"));
        else
            diagnostics.Add(NameDiagnostics.UnknownKey(entry.Key.Span, entry.Name, construct.Name, allowed));
    }

    private void Check(Shape shape, YamlNode node, string key, bool inParallel = false)
    {
        if (shape is EitherShape either)
        {
            shape = either.Options.FirstOrDefault(option => Fits(option, node)) ?? either;
            if (shape is EitherShape)
            {
                diagnostics.Add(ShapeDiagnostics.WrongKind(node.Span, shape.Expected, node.Describe()));
                return;
            }
        }

        switch (shape, node)
        {
            case (ObjectShape item, YamlMapping mapping): Object(item.Construct(), mapping, inParallel); return;
            case (ObjectShape item, YamlScalar { IsNull: true }) when item.Construct() is { ExactlyOne.Count: 0 } known && !known.Keys.Any(field => field.Required): return;
            case (MapShape map, YamlMapping mapping): Map(map, mapping, key); return;
            case (ListShape list, YamlSequence sequence):
                if (list.NotEmpty && sequence.Items.Count == 0) diagnostics.Add(ShapeDiagnostics.EmptyList(node.Span, key));
                foreach (var item in sequence.Items) Check(list.Item, item, key, inParallel);
                return;
            case (InputsShape, YamlMapping) or (InputsShape, YamlScalar { IsNull: false }): return;
            case (ValueShape, _) when node is not YamlScalar { IsNull: true } || key is "vars" or "outputs": return;
            case (ConstantShape, _): Constants(node, key); return;
            case (BareShape, YamlScalar { IsNull: false }): return;
            case (not (ObjectShape or MapShape or ListShape or InputsShape or ValueShape or BareShape), YamlScalar { IsNull: false } scalar): Scalar(shape, scalar, key); return;
            default: diagnostics.Add(ShapeDiagnostics.WrongKind(node.Span, shape.Expected, node.Describe())); return;
        }
    }

    private void Map(MapShape map, YamlMapping mapping, string key)
    {
        foreach (var entry in mapping.Entries)
        {
            if (map.Key is { Pattern: { } pattern } && !Matches(pattern, entry.Name))
                diagnostics.Add(NameDiagnostics.BadName(entry.Key.Span, entry.Name, map.Key.Hint));
            Check(map.Item, entry.Value, map.Item is TextShape or ValueShape && key is not ("vars" or "outputs") ? entry.Name : key);
        }
    }

    private void Constants(YamlNode node, string key)
    {
        switch (node)
        {
            case YamlScalar scalar when scalar.Text.Contains("${{", StringComparison.Ordinal):
                diagnostics.Add(ShapeDiagnostics.ExpressionNotAllowed(scalar.Span, key, "It is checked before a run exists, when there is nothing to compute with."));
                break;
            case YamlSequence sequence:
                foreach (var item in sequence.Items) Constants(item, key);
                break;
            case YamlMapping mapping:
                foreach (var entry in mapping.Entries) Constants(entry.Value, key);
                break;
        }
    }

    private void Scalar(Shape shape, YamlScalar scalar, string key)
    {
        var text = scalar.Text;
        if (text.Contains("${{", StringComparison.Ordinal))
        {
            diagnostics.Add(ShapeDiagnostics.ExpressionNotAllowed(
                scalar.SpanOf(text.IndexOf("${{", StringComparison.Ordinal), 3), key,
                key is "run" or "check" ? "Give the value to the script through `env` or `stdin`: then it can never be read as code." : $"Expected {shape.Expected}."));
            return;
        }

        switch (shape)
        {
            case TextShape { Pattern: { } pattern, Hint: var hint } when !Matches(pattern, text):
                diagnostics.Add(key is "id" || hint.StartsWith("a name", StringComparison.Ordinal)
                    ? NameDiagnostics.BadName(scalar.Span, text, hint)
                    : ShapeDiagnostics.BadText(scalar.Span, text, hint));
                break;
            case ChoiceShape choice when !choice.Words.Contains(text): diagnostics.Add(ShapeDiagnostics.NotAChoice(scalar.Span, text, choice.Words)); break;
            case DurationShape when !Durations.TryParse(text, out _): diagnostics.Add(ShapeDiagnostics.NotADuration(scalar.Span, text)); break;
            case BoolShape when scalar.Value is not BoolValue: diagnostics.Add(ShapeDiagnostics.WrongKind(scalar.Span, shape.Expected, $"`{text}`")); break;
            case NumberShape when scalar.Value is not NumberValue: diagnostics.Add(ShapeDiagnostics.WrongKind(scalar.Span, shape.Expected, $"`{text}`")); break;
            case NumberShape range when scalar.Value is NumberValue number && (number.Number < range.Min || number.Number > range.Max || (range.Whole && !number.IsInteger)):
                diagnostics.Add(ShapeDiagnostics.OutOfRange(scalar.Span, $"`{text}`", shape.Expected));
                break;
        }
    }

    private static bool Fits(Shape shape, YamlNode node) => (shape, node) switch
    {
        (ObjectShape or MapShape, YamlMapping) => true,
        (ListShape, YamlSequence) => true,
        (ValueShape, _) => node is not YamlScalar { IsNull: true },
        (NumberShape, YamlScalar scalar) => scalar.Value is NumberValue,
        (ChoiceShape, YamlScalar scalar) => scalar.Value is StringValue,
        (TextShape or DurationShape, YamlScalar { IsNull: false }) => true,
        _ => false,
    };

    private static bool Matches(string pattern, string text) =>
        Patterns.GetOrAdd(pattern, static key => new Regex(key, RegexOptions.CultureInvariant)).IsMatch(text);

    // The patterns of the grammar: our own, so simple that the engine that is quickest to start is safe; and more than the cache of the framework holds.
    private static readonly System.Collections.Concurrent.ConcurrentDictionary<string, Regex> Patterns = new();
}
