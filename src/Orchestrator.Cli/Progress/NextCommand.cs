using System.Buffers;
using Orchestrator.Cli.Terminals;

namespace Orchestrator.Cli.Progress;

/// <summary>Writes commands of this program so that they can be pasted into the shell this one came from.</summary>
/// <param name="Data">The data folder, when the same command would find another without <c>--data</c>; else null.</param>
/// <param name="Server">The server that was asked for; null when none was.</param>
internal sealed record NextCommand(string? Data, string? Server = null)
{
    private static readonly SearchValues<char> Plain = SearchValues.Create("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-+=./:,@%");

    /// <summary>For a command that works in <paramref name="folder"/>.</summary>
    public static NextCommand In(DataFolder folder, Terminal terminal) => new(DataFolder.Find(null, terminal).Path == folder.Path ? null : folder.Path);

    /// <summary>For a command of a session.</summary>
    public static NextCommand In(Sessions.Session session, Terminal terminal) => session.AskedServer is { } server
        ? new NextCommand(null, terminal.Variable("ORCHESTRATOR_SERVER") == server ? null : server)
        : In(session.Folder, terminal);

    /// <summary>The command: <c>orchestrator retry 01K…</c>, words quoted where the shell asks for it.</summary>
    public string Line(params IEnumerable<string> words) =>
        string.Join(' ', ((IEnumerable<string>)["orchestrator", .. words, .. Data is null ? Array.Empty<string>() : ["--data", Data], .. Server is null ? Array.Empty<string>() : ["--server", Server]]).Select(Quoted));

    private static string Quoted(string word) =>
        word.Length > 0 && !word.AsSpan().ContainsAnyExcept(Plain) ? word : $"'{word.Replace("'", @"'\''", StringComparison.Ordinal)}'";
}
