using Orchestrator.Blueprints.Grammar;
using Orchestrator.Blueprints.Reference;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Editing;

/// <summary>What an editor asks while somebody types: what could stand here, and what does this mean. Pure; any text will do, valid or not.</summary>
/// <param name="catalog">The activities that steps may use.</param>
public sealed class BlueprintEditing(ActivityCatalog catalog)
{
    /// <summary>What could stand at an offset, the most likely first.</summary>
    public Completions Complete(string text, int offset)
    {
        offset = Math.Clamp(offset, 0, text.Length);
        var (lines, index, place) = PlaceAt(text, offset);
        if (EditExpression.Find(text, offset, lines[index], place, catalog) is { } expression)
            return new Completions(expression.Start, expression.Length, [.. Names(expression)]);
        var (start, length) = Word(text, offset);
        return new Completions(start, length, [.. place.IsKey ? Keys(place) : Values(place, text)]);
    }

    /// <summary>What the word at an offset means, in Markdown; null when there is nothing to say.</summary>
    public HoverText? Hover(string text, int offset)
    {
        offset = Math.Clamp(offset, 0, text.Length);
        var (start, length) = Word(text, offset);
        if (length == 0) return null;
        var (lines, index, place) = PlaceAt(text, start + length);
        var isExpression = EditExpression.Find(text, start + length, lines[index], place, catalog) is not null;
        var word = text.Substring(start, length);
        if (!isExpression && !place.IsKey && place.Key == "uses" && EditPlace.Activity(word, catalog) is { } activity) return new HoverText(start, length, ReferencePages.OfActivity(activity));
        // Of a key that stands there already its own line is left out of what is beside it, so it is among those that could stand there.
        var (from, size, items) = Complete(text, start + length);
        return from <= offset && items.FirstOrDefault(item => item.Label == text.Substring(from, size)) is { } found
            ? new HoverText(from, size, $"**{found.Label}**{(found.Detail.Length > 0 ? $" · {found.Detail}" : "")}\n\n{found.Documentation}".TrimEnd())
            : null;
    }

    private (EditLines Lines, int Index, EditPlace Place) PlaceAt(string text, int offset)
    {
        var lines = new EditLines(text);
        var index = lines.IndexAt(offset);
        return (lines, index, EditPlace.Find(lines, index, offset - lines[index].Start, catalog));
    }

    private static (int Start, int Length) Word(string text, int offset)
    {
        var (start, end) = (offset, offset);
        while (start > 0 && IsWord(text[start - 1])) start--;
        while (end < text.Length && IsWord(text[end])) end++;
        // The dash of a list item is no part of a word.
        while (start < end && text[start] == '-') start++;
        return (Math.Min(start, offset), end - Math.Min(start, offset));
    }

    private static bool IsWord(char letter) => char.IsLetterOrDigit(letter) || letter is '_' or '.' or '-' or '@';

    private static IEnumerable<Completion> Keys(EditPlace place)
    {
        if (place.Node.Construct is not { } construct) return Fields(place.Node.Schema, place.Beside);
        var verb = construct.ExactlyOne.FirstOrDefault(place.Beside.ContainsKey);
        return construct.Keys
            .Where(key => !place.Beside.ContainsKey(key.Name))
            .Where(key => verb is null || (!construct.ExactlyOne.Contains(key.Name) && (key.Beside.Count == 0 || key.Beside.Any(place.Beside.ContainsKey))))
            .Select(key => new Completion(key.Name, "key", Opens(key.Shape) ? $"{key.Name}:" : $"{key.Name}: ", Detail(key.Required, key.Default, key.Shape.Expected), key.Description));
    }

    private static IEnumerable<Completion> Fields(Schema? schema, IReadOnlyDictionary<string, string> beside) =>
        (schema?.Fields ?? []).Where(field => !beside.ContainsKey(field.Name)).OrderByDescending(field => field.Required)
        .Select(field => new Completion(field.Name, "input", $"{field.Name}: ", Detail(field.Required, field.Default, SchemaText.Display(field.Schema)), field.Description));

    private IEnumerable<Completion> Values(EditPlace place, string text)
    {
        var symbols = new Lazy<IReadOnlyList<Symbol>>(() => new BlueprintCompiler(catalog).Compile("blueprint.yaml", text).Symbols);
        var named = place.Key switch
        {
            "uses" => catalog.All.Select(activity => Plain(ReferencePages.NameOf(activity), "activity", activity.Effect.ToString().ToLowerInvariant(), activity.Summary)),
            "target" => symbols.Value.Where(symbol => symbol.Kind == "target").Select(symbol => Plain(symbol.Name, "target", "", "")).Prepend(Plain("local", "target", "", "This machine.")),
            "needs" => symbols.Value.Where(symbol => symbol.Kind == "step").Select(symbol => Plain(symbol.Name, "name", "step", "")),
            _ => [],
        };
        return named.Concat(place.Node.Shapes.SelectMany(Words)).Concat(Constants(place.Node.Schema));
    }

    private static IEnumerable<Completion> Words(Shape shape) => shape switch
    {
        ChoiceShape choice => choice.Words.Select(word => Plain(word, "value", "", "")),
        BoolShape => [Plain("true", "value", "", ""), Plain("false", "value", "", "")],
        TypeShape => SchemaText.TypeNames.Select(name => Plain(name, "value", "type", "")),
        _ => [],
    };

    private static IEnumerable<Completion> Constants(Schema? schema) => schema switch
    {
        { Enum: { } values } => values.Select(value => Plain(value.AsString() ?? value.ToString() ?? "", "value", "", "")),
        { Kind: SchemaKind.Bool } => [Plain("true", "value", "", ""), Plain("false", "value", "", "")],
        _ => [],
    };

    private static IEnumerable<Completion> Names(EditExpression expression)
    {
        if (expression.Path.Count == 0)
        {
            return expression.Roots.Where(root => root.Value is not null).Select(root => Plain(root.Key, "name", "", ""))
                .Concat(ExpressionFunctions.All.Where(function => function.Receiver is null).Select(Function));
        }

        if (expression.Holder() is not { } holder) return [];
        return holder.Fields.Select(field => Plain(field.Name, "name", SchemaText.Display(field.Schema), field.Description == field.Name ? "" : field.Description))
            .Concat(ExpressionFunctions.All.Where(function => function.Receiver?.Kind == holder.Kind).Select(Function));
    }

    private static Completion Function(ExpressionFunction function) => new(function.Name, "function", $"{function.Name}(", function.Signature, function.Example.Length > 0 ? $"{function.Summary}\n\n`{function.Example}`" : function.Summary);

    private static Completion Plain(string label, string kind, string detail, string documentation) => new(label, kind, label, detail, documentation);

    private static bool Opens(Shape shape) => shape is ObjectShape or MapShape or ListShape or InputsShape;

    private static string Detail(bool required, Value? initial, string expected) =>
        required ? $"{expected}, required" : initial is null ? expected : $"{expected}, default {PlainJson.Serialize(initial)}";
}

/// <summary>What could stand somewhere.</summary>
/// <param name="Start">Offset of the text that an item replaces.</param>
/// <param name="Length">Its length.</param>
/// <param name="Items">The items.</param>
public sealed record Completions(int Start, int Length, IReadOnlyList<Completion> Items);

/// <summary>One of them.</summary>
/// <param name="Label">What to show.</param>
/// <param name="Kind"><c>key activity input target value name function</c>.</param>
/// <param name="Insert">What to write.</param>
/// <param name="Detail">A few words: type, default; may be empty.</param>
/// <param name="Documentation">Markdown; may be empty.</param>
public sealed record Completion(string Label, string Kind, string Insert, string Detail, string Documentation);

/// <summary>What a word means.</summary>
/// <param name="Start">Its offset.</param>
/// <param name="Length">Its length.</param>
/// <param name="Documentation">Markdown.</param>
public sealed record HoverText(int Start, int Length, string Documentation);
