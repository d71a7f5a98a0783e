using System.Text.RegularExpressions;
using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Checks;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;

namespace Orchestrator.Blueprints.Editing;

/// <summary>An expression that somebody is typing: the path before the cursor, and what may be named there.</summary>
/// <param name="Path">The names before the last dot.</param>
/// <param name="Start">Offset of the name at the cursor.</param>
/// <param name="Length">Its length, also behind the cursor.</param>
/// <param name="Roots">What expressions may begin with here; null for what exists elsewhere only.</param>
internal sealed partial record EditExpression(IReadOnlyList<string> Path, int Start, int Length, IReadOnlyDictionary<string, Schema?> Roots)
{
    // Standing in for what is being typed: it parses, and it asks for every step.
    private const string Stand = "steps";

    /// <summary>The expression around an offset; null when there is none.</summary>
    public static EditExpression? Find(string text, int offset, EditLine line, EditPlace place, ActivityCatalog catalog)
    {
        if (Stretch(text, offset, line, place) is not { } stretch) return null;
        var (start, end, patch) = stretch;
        var names = Names().Match(text[start..offset]).Value;
        var parts = names.Replace("?.", ".", StringComparison.Ordinal).Split('.');
        var tail = offset;
        while (tail < end && (char.IsLetterOrDigit(text[tail]) || text[tail] == '_')) tail++;
        var roots = RootsAt(string.Concat(text.AsSpan(0, start), patch, text.AsSpan(end)), start + 1, catalog);
        return new EditExpression(parts[..^1], offset - parts[^1].Length, tail - offset + parts[^1].Length, roots);
    }

    /// <summary>What the path before the cursor holds; null when nothing is known of it.</summary>
    public Schema? Holder()
    {
        if (Path.Count == 0 || Roots.GetValueOrDefault(Path[0]) is not { } schema) return null;
        foreach (var name in Path.Skip(1))
        {
            if ((schema.Kind == SchemaKind.Map ? schema.Item : schema.Field(name)?.Schema) is not { } next) return null;
            schema = next;
        }

        return schema;
    }

    private static (int Start, int End, string Patch)? Stretch(string text, int offset, EditLine line, EditPlace place)
    {
        var open = offset >= 3 ? text.LastIndexOf("${{", offset - 1, StringComparison.Ordinal) : -1;
        if (open >= 0 && open + 3 <= offset && text.IndexOf("}}", open, StringComparison.Ordinal) is var close && (close < 0 || close >= offset))
        {
            var lineEnd = text.IndexOf('\n', offset) is >= 0 and var end ? end : text.Length;
            return close >= 0 && close < lineEnd ? (open + 3, close, $" {Stand} ") : (open + 3, lineEnd, $" {Stand} }}}}{Quote(text, line, open)}");
        }

        if (place.IsKey || !place.Node.Shapes.Any(shape => shape is BareShape) || line.Key is not { } key) return null;
        var from = line.Start + line.Text.IndexOf(':', line.KeyColumn + key.Length) + 1;
        return from <= offset ? (from, line.Start + line.Text.Length, $" {Stand}") : null;
    }

    // An expression that was opened inside quotes has lost their end with its own.
    private static string Quote(string text, EditLine line, int open)
    {
        var before = open > line.Start ? text[line.Start..open] : "";
        return before.Count(letter => letter == '"') % 2 == 1 ? "\"" : before.Count(letter => letter == '\'') % 2 == 1 ? "'" : "";
    }

    private static IReadOnlyDictionary<string, Schema?> RootsAt(string text, int offset, ActivityCatalog catalog)
    {
        var (source, ignored) = (new SourceText(text), new List<Diagnostic>());
        if (YamlReader.Read(source, ignored, []) is not YamlMapping root) return Unknown;
        var plan = Binder.Bind(source, root, catalog, ignored);
        var value = plan.Values.Where(value => value.Node.Span.Offset <= offset && offset <= value.Node.Span.End).MinBy(value => value.Node.Span.Length);
        return value?.Expression is { } expression ? new Scopes(plan).Of(value, expression).Roots : Unknown;
    }

    private static readonly Dictionary<string, Schema?> Unknown =
        new[] { "inputs", "vars", "secrets", "steps", "run", "target" }.ToDictionary(name => name, _ => (Schema?)Schema.Any);

    [GeneratedRegex(@"(?:[A-Za-z_][A-Za-z0-9_]*\??\.)*[A-Za-z_]?[A-Za-z0-9_]*$")]
    private static partial Regex Names();
}
