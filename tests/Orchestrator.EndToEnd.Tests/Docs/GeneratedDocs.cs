using System.Text;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Reference;
using Orchestrator.Blueprints.Schemas;
using Orchestrator.EndToEnd.Tests.Layout;
using Orchestrator.EndToEnd.Tests.Shipped;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;

namespace Orchestrator.EndToEnd.Tests.Docs;

/// <summary>The files below <c>docs/</c> that the code describes better than a person: by path, what must be in them.</summary>
internal static class GeneratedDocs
{
    private const string Notice = "<!-- Made from the code; ORCHESTRATOR_UPDATE_DOCS=1 makes it again. -->\n\n";

    private static readonly (char First, string Title)[] Groups =
        [('1', "Syntax"), ('2', "Names"), ('3', "Expressions and types"), ('4', "Shape, and what a run is given"), ('5', "Secrets")];

    public static string Folder { get; } = Path.Combine(Repository.Root, "docs");

    public static SortedDictionary<string, string> All()
    {
        var files = new SortedDictionary<string, string>(StringComparer.Ordinal)
        {
            ["blueprint.schema.json"] = JsonSchemaWriter.Write(Builtin.Catalog),
            ["language.md"] = Notice + ReferencePages.OfLanguage(),
            ["functions.md"] = Notice + Functions(),
            ["diagnostics.md"] = Notice + Diagnostics(),
            ["activities/README.md"] = Notice + ReferencePages.OfCatalog(Builtin.Catalog),
        };
        foreach (var activity in Builtin.Catalog.All) files.Add($"activities/{ReferencePages.NameOf(activity)}.md", Notice + ReferencePages.OfActivity(activity));
        return files;
    }

    private static string Functions()
    {
        var page = new StringBuilder("# Functions of expressions\n\nWhat may be called in `${{ … }}`. Every function is pure; an example is a call and its value.\n");
        foreach (var group in ExpressionFunctions.All.GroupBy(function => function.Receiver is null ? "" : function.Signature.Split('.')[0]))
        {
            page.Append($"\n## {(group.Key.Length == 0 ? "Plain functions" : $"Methods of a {group.Key}")}\n\n| call | gives | | example |\n|---|---|---|---|\n");
            foreach (var function in group)
                page.Append($"| {Code(function.Signature)} | {Code(SchemaText.Display(function.Result))} | {Cell(function.Summary)} | {(function.Example.Length == 0 ? "" : Code(function.Example))} |\n");
        }

        return page.ToString();
    }

    private static string Diagnostics()
    {
        var page = new StringBuilder("# Diagnostics\n\nWhat the compiler can say about a blueprint or about the inputs of a run. `orchestrator explain CODE` shows a page on a terminal.\n");
        foreach (var group in DiagnosticPages.Codes.GroupBy(code => Groups.Single(group => group.First == code[2]).Title))
        {
            page.Append($"\n## {group.Key}\n\n| code | |\n|---|---|\n");
            foreach (var code in group)
                page.Append($"| [{code}](../src/Orchestrator.Blueprints/Diagnostics/Pages/{code}.md) | {Cell(DiagnosticPages.Find(code)!.Split('\n')[0][$"# {code}: ".Length..])} |\n");
        }

        return page.ToString();
    }

    // A code span that may hold backticks itself.
    private static string Code(string text) => text.Contains('`', StringComparison.Ordinal) ? $"`` {Cell(text)} ``" : $"`{Cell(text)}`";

    private static string Cell(string text) => text.Replace("|", "\\|", StringComparison.Ordinal);
}
