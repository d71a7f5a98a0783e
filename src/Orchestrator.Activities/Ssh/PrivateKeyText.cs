using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Ssh;

/// <summary>Private keys as people paste them.</summary>
internal static class PrivateKeyText
{
    private const string OpenSshHead = "-----BEGIN OPENSSH PRIVATE KEY-----";

    /// <summary>With the line ends and the last line break that ssh insists on.</summary>
    public static string Clean(string text) => text.ReplaceLineEndings("\n").Trim() + "\n";

    /// <summary>The clean text, or a failure that shows none of it.</summary>
    public static string Check(string text)
    {
        text = Clean(text);
        var head = text.Split('\n')[0];
        if (!head.StartsWith("-----BEGIN ", StringComparison.Ordinal) || !head.EndsWith("PRIVATE KEY-----", StringComparison.Ordinal))
            throw new FailureException("ssh.notAKey", FailureKind.Permanent, "`privateKey` does not start like a private key (-----BEGIN … PRIVATE KEY-----)");
        if (text.Contains("ENCRYPTED", StringComparison.Ordinal) || (head == OpenSshHead && !IsPlainOpenSsh(text)))
            throw new FailureException("ssh.keyEncrypted", FailureKind.Permanent, "`privateKey` is protected by a passphrase: remove it with `ssh-keygen -p`");
        return text;
    }

    /// <summary><c>SHA256:…</c> of a public key line.</summary>
    public static string Fingerprint(string publicKey) =>
        "SHA256:" + Convert.ToBase64String(SHA256.HashData(Convert.FromBase64String(publicKey.Split(' ')[1]))).TrimEnd('=');

    /// <summary>The format names its cipher right after a magic word; `none` means that there is no passphrase.</summary>
    private static bool IsPlainOpenSsh(string text)
    {
        try
        {
            var body = Convert.FromBase64String(string.Concat(text.Split('\n').Where(line => !line.StartsWith('-'))));
            var start = "openssh-key-v1\0"u8.Length;
            var length = BinaryPrimitives.ReadInt32BigEndian(body.AsSpan(start));
            return Encoding.ASCII.GetString(body.AsSpan(start + 4, length)) == "none";
        }
        catch (Exception problem) when (problem is FormatException or ArgumentOutOfRangeException)
        {
            throw new FailureException("ssh.notAKey", FailureKind.Permanent, "`privateKey` is not a complete private key", problem);
        }
    }
}
