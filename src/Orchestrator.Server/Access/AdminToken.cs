using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;

namespace Orchestrator.Server.Access;

/// <summary>The token that may do everything: a file only its owner can read, made at the first start. It is never printed, only the file's path is.</summary>
public sealed class AdminToken
{
    private AdminToken(string path, string token) => (Path, Hash) = (path, Credential.Hash(token));

    /// <summary>Where it stands.</summary>
    public string Path { get; }

    /// <summary>By which what it began knows it: another token has another, and the sessions of this one end.</summary>
    public string Hash { get; }

    /// <summary>Reads <c>admin.token</c> of a data folder, or makes it: 256 random bits, mode 0600.</summary>
    public static AdminToken Ensure(string dataFolder)
    {
        var path = System.IO.Path.Combine(dataFolder, "admin.token");
        if (File.Exists(path) && File.ReadAllText(path).Trim() is { Length: > 0 } kept) return new AdminToken(path, kept);

        var token = Base64Url.EncodeToString(RandomNumberGenerator.GetBytes(32));
        var options = new FileStreamOptions { Mode = FileMode.Create, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        // Written beside and renamed, so that a crash leaves no half token and nobody reads one.
        using (var file = new FileStream(path + ".new", options))
        {
            file.Write(Encoding.UTF8.GetBytes(token + "\n"));
            file.Flush(flushToDisk: true);
        }

        File.Move(path + ".new", path, overwrite: true);
        return new AdminToken(path, token);
    }

    /// <summary>True for the token. Takes the same time for every wrong one, whatever its length: hashes are compared, not texts.</summary>
    public bool Matches(string? token) =>
        token is not null && Credential.Same(Credential.Hash(token), Hash);
}
