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

    /// <summary>A server elsewhere.</summary>
    public static readonly Option<string?> Server = new("--server")
    {
        Description = "Talk to this server (default: $ORCHESTRATOR_SERVER, else the one that owns the data folder)", HelpName = "URL", Recursive = true,
    };

    /// <summary>What opens it.</summary>
    public static readonly Option<string?> Token = new("--token") { Description = "Token for the server; better in $ORCHESTRATOR_TOKEN, where other users do not see it", HelpName = "TOKEN", Recursive = true };

    /// <summary>All of them.</summary>
    public static IReadOnlyList<Option> All { get; } = [Data, Json, Plain, Server, Token];
}
