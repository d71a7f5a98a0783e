using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;

namespace Orchestrator.Cli.Sessions;

/// <summary>Says in the data folder which server owns its store: <c>server.json</c>, for its owner only, there while the server runs.</summary>
internal sealed class ServerFile : IDisposable
{
    private const string Name = "server.json";
    private readonly string _path;

    private ServerFile(string path) => _path = path;

    /// <summary>Writes it.</summary>
    public static ServerFile Write(DataFolder folder, string address)
    {
        var path = Path.Combine(folder.Path, Name);
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        using (var file = new FileStream(path + ".new", options))
            file.Write(Encoding.UTF8.GetBytes(string.Create(CultureInfo.InvariantCulture, $"{{\"address\": \"{address}\", \"pid\": {Environment.ProcessId}}}\n")));
        File.Move(path + ".new", path, overwrite: true);
        return new ServerFile(path);
    }

    /// <summary>The address in it; null when there is none, or its process is gone.</summary>
    public static Uri? Read(DataFolder folder)
    {
        try
        {
            using var json = JsonDocument.Parse(File.ReadAllText(Path.Combine(folder.Path, Name)));
            using var process = Process.GetProcessById(json.RootElement.GetProperty("pid").GetInt32());
            return Uri.TryCreate(json.RootElement.GetProperty("address").GetString(), UriKind.Absolute, out var address) ? Reachable(address) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            // A server that was killed leaves its file; the lock of the store then says that nobody owns it.
            return null;
        }
    }

    /// <summary>Removes it.</summary>
    public void Dispose() => File.Delete(_path);

    // A server that listens on every address is reached on this machine's own.
    private static Uri Reachable(Uri address) =>
        address.Host is "0.0.0.0" or "[::]" or "+" or "*" ? new UriBuilder(address) { Host = "127.0.0.1" }.Uri : address;
}
