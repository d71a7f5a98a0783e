using System.Text;
using Orchestrator.Blueprints.Grammar;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Reference;

/// <summary>Reference pages in Markdown, made from the same descriptions that the compiler checks by. Deterministic.</summary>
public static class ReferencePages
{
    /// <summary>The page of an activity.</summary>
    public static string OfActivity(ActivityDescriptor activity)
    {
        var page = new StringBuilder();
        page.Append($"# {NameOf(activity)}\n\n{activity.Summary}\n\n");
        page.Append($"Effect: `{Word(activity.Effect.ToString())}`.");
        if (activity.Polls) page.Append(" Waits for the world: polls every 5 s, for 15 min unless `timeout: {total: …}` says otherwise.");
        if (activity.HasUndo) page.Append(" Undone by itself on `onFailure: rollback`, unless the step has an `undo` of its own.");
        page.Append("\n\n## Inputs\n\n");
        Fields(page, activity.Input, inputs: true);
        page.Append("\n## Outputs\n\n");
        Fields(page, activity.Output, inputs: false);
        if (activity.Remarks.Length > 0) page.Append($"\n## Remarks\n\n{activity.Remarks.TrimEnd()}\n");
        page.Append($"\n## Example\n\n```yaml\n{activity.Example.TrimEnd()}\n```\n");
        return page.ToString();
    }

    /// <summary>The name of an activity's page, without <c>.md</c>.</summary>
    public static string NameOf(ActivityDescriptor activity) => activity.Version > 1 ? $"{activity.Name}@{activity.Version}" : activity.Name;

    /// <summary>The list of all activities, by family, with links to their pages in the same folder.</summary>
    public static string OfCatalog(ActivityCatalog catalog)
    {
        var page = new StringBuilder("# Activities\n");
        foreach (var family in catalog.All.GroupBy(activity => activity.Name.Split('.')[0]).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            page.Append($"\n## {family.Key}\n\n| activity | effect | |\n|---|---|---|\n");
            foreach (var activity in family) page.Append($"| [`{activity.Name}@{activity.Version}`]({NameOf(activity)}.md) | {Word(activity.Effect.ToString())} | {Cell(activity.Summary)} |\n");
        }

        return page.ToString();
    }

    /// <summary>Every key of the language.</summary>
    public static string OfLanguage()
    {
        var page = new StringBuilder("# The blueprint language\n");
        foreach (var construct in BlueprintGrammar.All)
        {
            page.Append($"\n## {construct.Name}\n\n{construct.Description}\n");
            if (construct.ExactlyOne.Count > 0) page.Append($"Exactly one {construct.ExactlyOneOf}: {Names(construct.ExactlyOne)}.\n");
            page.Append("\n| key | value | default | |\n|---|---|---|---|\n");
            foreach (var key in construct.Keys)
                page.Append($"| `{key.Name}` | {Cell(Describe(key.Shape))} | {(key.Required ? "required" : key.Default is { } value ? $"`{Cell(value.ToString())}`" : "")} | {Cell(key.Description)}{Where(key)} |\n");
        }

        return page.ToString();
    }

    private static string Where(Key key)
    {
        var contexts = Enum.GetValues<Contexts>().Where(context => System.Numerics.BitOperations.IsPow2((int)context) && key.Contexts.HasFlag(context)).Select(context => Word(context.ToString())).ToArray();
        return (key.Beside.Count > 0 ? $" Only beside {Names(key.Beside)}." : "")
            + (key.InParallel ? " Only in the branches of a `parallel`." : "")
            + (contexts.Length > 0 ? $" Expressions may use {Names(contexts)}." : "");
    }

    private static string Describe(Shape shape) => shape switch
    {
        ObjectShape item => $"[{item.Construct().Name}](#{item.Construct().Name})",
        ListShape list => $"list of {Describe(list.Item)}",
        MapShape map => $"map of {Describe(map.Item)}",
        EitherShape either => string.Join(" or ", either.Options.Select(Describe)),
        ChoiceShape choice => Names(choice.Words),
        BareShape => "expression",
        InputsShape => "inputs",
        _ => shape.Expected,
    };

    private static void Fields(StringBuilder page, Schema schema, bool inputs)
    {
        if (schema.Fields.Count == 0)
        {
            page.Append("None.\n");
            return;
        }

        page.Append(inputs ? "| input | type | default | |\n|---|---|---|---|\n" : "| output | type | |\n|---|---|---|\n");
        foreach (var field in schema.Fields) Row(page, field, "", inputs);
    }

    private static void Row(StringBuilder page, SchemaField field, string prefix, bool inputs)
    {
        var initial = field.Required ? "required" : field.Default is { } value and not NullValue ? $"`{Cell(value.ToString())}`" : "";
        page.Append($"| `{prefix}{field.Name}` | `{Cell(SchemaText.Display(field.Schema))}` |{(inputs ? $" {initial} |" : "")} {Cell(field.Description)}{Limits(field.Schema)} |\n");
        var inner = field.Schema.Kind == SchemaKind.Object ? field.Schema : field.Schema.Item is { Kind: SchemaKind.Object } item ? item : null;
        foreach (var nested in inner?.Fields ?? []) Row(page, nested, $"{prefix}{field.Name}{(field.Schema.Kind == SchemaKind.Object ? "" : "[]")}.", inputs);
    }

    private static string Limits(Schema schema)
    {
        var limits = new List<string>();
        var unit = schema.Format == "duration" ? " s" : "";
        if (schema.Min is { } min) limits.Add($"at least {Value.Of(min)}{unit}");
        if (schema.Max is { } max) limits.Add($"at most {Value.Of(max)}{unit}");
        if (schema.MinLength is { } least) limits.Add($"{(schema.Kind == SchemaKind.List ? "items" : "length")} at least {least}");
        if (schema.MaxLength is { } most) limits.Add($"{(schema.Kind == SchemaKind.List ? "items" : "length")} at most {most}");
        if ((schema.Pattern ?? schema.Item?.Pattern) is { } pattern) limits.Add($"matches `{Cell(pattern)}`");
        return limits.Count == 0 ? "" : $" ({string.Join(", ", limits)})";
    }

    private static string Names(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"`{name}`"));

    private static string Word(string name) => char.ToLowerInvariant(name[0]) + name[1..];

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal).Replace("\n", " ", StringComparison.Ordinal);
}
