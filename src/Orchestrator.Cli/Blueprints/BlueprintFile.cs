using System.Text;
using Orchestrator.Cli.Terminals;
using Orchestrator.Model.Failures;

namespace Orchestrator.Cli.Blueprints;

/// <summary>A file as read from disk or standard input.</summary>
/// <param name="Name">The path as the user gave it: what messages begin with.</param>
/// <param name="Content">Its bytes; whether they are text is for the compiler to say.</param>
internal sealed record BlueprintFile(string Name, byte[] Content)
{
    /// <summary>Name of what was read from standard input.</summary>
    public const string StandardInput = "stdin";

    /// <summary>The content as text, without a byte order mark; what is no UTF-8 shows as replacement characters.</summary>
    public string Text { get; } = Encoding.UTF8.GetString(Content.AsSpan().StartsWith(Encoding.UTF8.Preamble) ? Content.AsSpan(Encoding.UTF8.Preamble.Length) : Content);

    /// <summary>Reads a file; <c>-</c> is standard input. Throws <c>file.missing</c> or <c>file.unreadable</c>.</summary>
    public static BlueprintFile Read(string path, Terminal terminal)
    {
        if (path == "-") return new BlueprintFile(StandardInput, Encoding.UTF8.GetBytes(terminal.Input.ReadToEnd()));
        try
        {
            return new BlueprintFile(path, File.ReadAllBytes(path));
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            throw new FailureException("file.missing", FailureKind.Permanent, $"{path} does not exist.{Nearest(path)}", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new FailureException(
                "file.unreadable", FailureKind.Permanent, Directory.Exists(path) ? $"{path} is a folder, a file was expected" : $"{path} cannot be read: {e.Message}", e);
        }
    }

    private static string Nearest(string path)
    {
        var folder = Path.GetDirectoryName(path) is { Length: > 0 } given ? given : ".";
        if (!Directory.Exists(folder)) return "";
        return Model.Diagnostics.Spelling.DidYouMean(Path.GetFileName(path), Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)));
    }
}
