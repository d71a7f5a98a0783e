using System.Text.RegularExpressions;
using Orchestrator.Blueprints.Checks;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Lowering;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Blueprints.Ays;

/// <summary>
/// The AYS format of 2017-18: services as top-level keys <c>template__instance</c>, and optional <c>actions</c> and <c>eventfilters</c>. Such a file is read and checked
/// as a whole, and its services are recorded in the definition's <c>services</c>. What services do is not built yet: starting a run is refused with a check that says so.
/// </summary>
internal static partial class ServiceFile
{
    private const string Separator = "__";

    /// <summary>True for a key of the form <c>template__instance</c>.</summary>
    public static bool IsServiceKey(string key) => key.Contains(Separator, StringComparison.Ordinal);

    /// <summary>True when a file is of this format: it has services, or nothing but actions and event filters.</summary>
    public static bool Is(YamlMapping root) =>
        root.Find("blueprint") is null && root.Find("steps") is null
        && root.Entries.Any(entry => IsServiceKey(entry.Name) || entry.Name is "actions" or "eventfilters");

    public static void Check(YamlMapping root, ICollection<Diagnostic> diagnostics)
    {
        var shapes = new ShapeCheck(diagnostics);
        foreach (var entry in root.Entries)
        {
            if (entry.Name == "actions") shapes.List(entry.Value, ServiceGrammar.Action);
            else if (entry.Name == "eventfilters") shapes.List(entry.Value, ServiceGrammar.EventFilter);
            else if (!IsServiceKey(entry.Name)) diagnostics.Add(NameDiagnostics.NotAService(entry.Key.Span, entry.Name));
            else CheckService(entry, diagnostics);
        }
    }

    public static Definition Lower(SourceText source, YamlMapping root, string file)
    {
        var services = root.Entries.Where(entry => IsServiceKey(entry.Name)).ToArray();
        var name = NotInNames().Replace(Path.GetFileNameWithoutExtension(file).ToLowerInvariant(), "-").Trim('-');
        return DefinitionJson.Sealed(new Definition
        {
            Name = name.Length > 0 && char.IsAsciiLetterLower(name[0]) ? name : "services" + (name.Length > 0 ? "-" + name : ""),
            Source = new BlueprintSource(Path.GetFileName(file), source.Text),
            Vars =
            [
                new NamedExpression("services", Expression.Constant(Value.List(services.Select(Service)))),
                new NamedExpression("actions", Expression.Constant(root["actions"] is { } actions ? DefinitionLowering.Constant(actions) : Value.EmptyList)),
                new NamedExpression("eventfilters", Expression.Constant(root["eventfilters"] is { } filters ? DefinitionLowering.Constant(filters) : Value.EmptyList)),
            ],
            Checks =
            [
                new InputCheck(
                    Expression.Constant(Value.Of(false)),
                    $"This is an AYS file. It is read and checked, but what its services do ({string.Join(", ", services.Select(entry => entry.Name))}) cannot be run yet.",
                    root.Entries[0].Key.Span),
            ],
            Root = new ActivityNode { Id = "steps-root", Type = ActivityTypes.Flowchart, Name = "steps-root", Span = root.Span },
        });
    }

    private static MapValue Service(YamlEntry entry)
    {
        var (template, instance) = Split(entry.Name);
        return Value.Map(
        [
            ("template", Value.Of(template)), ("role", Value.Of(template.Split('.')[0])), ("instance", Value.Of(instance)),
            ("arguments", entry.Value is YamlMapping arguments ? DefinitionLowering.Constant(arguments) : Value.EmptyMap),
        ]);
    }

    private static void CheckService(YamlEntry entry, ICollection<Diagnostic> diagnostics)
    {
        var (template, instance) = Split(entry.Name);
        if (template.Split('.')[0].Length == 0 || template.Contains(':', StringComparison.Ordinal))
            diagnostics.Add(NameDiagnostics.BadService(entry.Key.Span, entry.Name, "before the first `__` stands a template such as `node.zero-os`, without `:`"));
        else if (instance.Where(c => c is not ('_' or '-' or '.')).ToArray() is var letters && (letters.Length == 0 || !letters.All(char.IsAsciiLetterOrDigit)))
            diagnostics.Add(NameDiagnostics.BadService(entry.Key.Span, entry.Name, "behind the first `__` stands an instance of letters, digits, `_`, `-` and `.`"));
        if (entry.Value is not (YamlMapping or YamlScalar { IsNull: true }))
            diagnostics.Add(ShapeDiagnostics.WrongKind(entry.Value.Span, "a map of arguments, or nothing", entry.Value.Describe()));
    }

    // At the first `__`: an instance may hold more of them.
    private static (string Template, string Instance) Split(string key)
    {
        var at = key.IndexOf(Separator, StringComparison.Ordinal);
        return (key[..at], key[(at + Separator.Length)..]);
    }

    [GeneratedRegex("[^a-z0-9]+")]
    private static partial Regex NotInNames();
}
