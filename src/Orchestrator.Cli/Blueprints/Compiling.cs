using Orchestrator.Activities;
using Orchestrator.Blueprints;
using Orchestrator.Cli.Diagnostics;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Cli.Blueprints;

/// <summary>The compiler over the built-in activities.</summary>
internal static class Compiling
{
    private static readonly Lazy<ActivityCatalog> Known = new(() => new ActivityCatalog(BuiltinActivities.All()));
    private static readonly Lazy<BlueprintCompiler> Compiler = new(() => new BlueprintCompiler(Known.Value));

    /// <summary>The built-in activities.</summary>
    public static ActivityCatalog Catalog => Known.Value;

    /// <summary>Compiles text, for activities and the server.</summary>
    public static (Definition? Definition, IReadOnlyList<Diagnostic> Diagnostics) Compile(string file, string text) => Compiler.Value.CompileBlueprint(file, text);

    /// <summary>Compiles a file.</summary>
    public static (Definition? Definition, CheckedFile Checked) Compile(BlueprintFile file)
    {
        var result = Compiler.Value.Compile(file.Name, file.Content);
        return (result.Definition, new CheckedFile(file.Name, file.Text, result.Diagnostics));
    }

    /// <summary>Compiles a file for a verb that acts on it. Null when it was refused, and then everything about it was printed.</summary>
    public static Definition? CompileOrPrint(BlueprintFile file, Terminal terminal, bool json)
    {
        var (definition, found) = Compile(file);
        if (found.Diagnostics.Count > 0 && !(json && definition is not null)) Print(found, terminal, json);
        return definition;
    }

    /// <summary>Prints what a verb has to say about its blueprint: JSON to standard output, where a program looks; text to standard error.</summary>
    public static void Print(CheckedFile found, Terminal terminal, bool json)
    {
        if (json)
        {
            DiagnosticJson.Write(terminal.Output, [found]);
            return;
        }

        foreach (var line in DiagnosticText.Render(found, terminal.Size().Width)) terminal.Error.WriteLine(line.ToString(terminal.Colours));
        terminal.Error.WriteLine($"{found.File}: {DiagnosticText.Count(found.Errors, found.Warnings)}{(found.Errors > 0 ? "; nothing was executed" : "")}");
    }
}
