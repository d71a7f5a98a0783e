using System.Buffers.Binary;
using System.Text;

namespace Orchestrator.Model.Schemas;

/// <summary>SSH public keys in one line, as <c>ssh-keygen</c> writes them: type, base64, optional comment.</summary>
internal static class KeyFormat
{
    private const string Example = "expected one line such as `ssh-ed25519 AAAAC3… comment`";

    private static readonly string[] Types =
    [
        "ssh-ed25519", "ecdsa-sha2-nistp256", "ecdsa-sha2-nistp384", "ecdsa-sha2-nistp521", "ssh-rsa", "sk-ssh-ed25519@openssh.com", "sk-ecdsa-sha2-nistp256@openssh.com",
    ];

    public static string? Problem(string text)
    {
        if (text.Contains("PRIVATE KEY", StringComparison.Ordinal)) return $"is a private key: give the public half, the file that ends with .pub; {Example}";
        var line = text.TrimEnd('\n');
        if (line.Contains('\n', StringComparison.Ordinal)) return $"has several lines: {Example}";
        var parts = line.Split(' ', 3, StringSplitOptions.RemoveEmptyEntries);
        if (parts.Length < 2) return $"is no SSH public key: {Example}";
        if (parts[0] == "ssh-dss") return "is a DSA key, which SSH no longer accepts: make one with `ssh-keygen -t ed25519`";
        if (!Types.Contains(parts[0]))
            return Types.Contains(parts[1]) ? $"begins with `{parts[0]}`, as lines of known_hosts do: give only the type and the key; {Example}" : $"has the unknown key type `{parts[0]}`: {Example}";

        var blob = new byte[parts[1].Length];
        if (!Convert.TryFromBase64String(parts[1], blob, out var length)) return "is no SSH public key: the part behind its type is no base64; it may be cut off";
        var name = length >= 4 ? BinaryPrimitives.ReadUInt32BigEndian(blob) : 0;
        if (name == 0 || name > length - 4 || Encoding.ASCII.GetString(blob, 4, (int)name) != parts[0])
            return $"is no SSH public key: what is encoded behind `{parts[0]}` is no key of that type; it may be cut off";
        if (parts[0] == "ssh-ed25519" && length != 4 + name + 4 + 32) return "is cut off or too long for an Ed25519 key";
        return null;
    }
}
