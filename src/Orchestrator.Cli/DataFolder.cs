using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli;

/// <summary>Where the store, the seal's key and the admin token live.</summary>
/// <param name="Path">Absolute path.</param>
internal sealed record DataFolder(string Path)
{
    /// <summary>The database.</summary>
    public string Store => System.IO.Path.Combine(Path, "orchestrator.db");

    /// <summary>The folder that was asked for, else <c>ORCHESTRATOR_HOME</c>, else <c>$XDG_STATE_HOME/orchestrator</c>, else <c>~/.local/state/orchestrator</c>.</summary>
    public static DataFolder Find(string? asked, Terminal terminal)
    {
        var path = asked ?? Given("ORCHESTRATOR_HOME");
        path ??= System.IO.Path.Combine(
            Given("XDG_STATE_HOME") ?? System.IO.Path.Combine(Given("HOME") ?? "/", ".local", "state"), "orchestrator");
        return new DataFolder(System.IO.Path.GetFullPath(path));

        string? Given(string name) => terminal.Variable(name) is { Length: > 0 } value ? value : null;
    }

    /// <summary>Makes the folder, closed to others: it holds sealed secrets and their key.</summary>
    public void Ensure()
    {
        if (Directory.Exists(Path)) return;
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(Path);
        else Directory.CreateDirectory(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
