using System.CommandLine;

namespace Orchestrator.Cli;

/// <summary>Options that every verb takes.</summary>
internal static class CommonOptions
{
    /// <summary>The data folder.</summary>
    public static readonly Option<string?> Data = new("--data")
    {
        Description = "Folder of the store (default: $ORCHESTRATOR_HOME, else ~/.local/state/orchestrator)", HelpName = "DIR", Recursive = true,
    };

    /// <summary>Output for programs.</summary>
    public static readonly Option<bool> Json = new("--json") { Description = "Print JSON", Recursive = true };

    /// <summary>Output for files.</summary>
    public static readonly Option<bool> Plain = new("--plain", "--no-color") { Description = "No colours, no redrawing", Recursive = true };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Data, Json, Plain];
}
