using System.Runtime.InteropServices;
using System.Security.Cryptography;
using System.Text;
using Orchestrator.Engine;
using Orchestrator.Model.Failures;

namespace Orchestrator.Stores.Secrets;

/// <summary>
/// Seals secrets at rest with AES-256-GCM under a key file that only the user may read. Who copies the database without the key file has no secrets.
/// A sealed text is: format 1 (1 byte), nonce (12), tag (16), ciphertext.
/// </summary>
public static class FileSeal
{
    private const string FileName = "secret.key";
    private const byte Format = 1;
    private const int KeyBytes = 32;
    private const int NonceBytes = 12;
    private const int TagBytes = 16;
    private const int HeaderBytes = 1 + NonceBytes + TagBytes;

    /// <summary>
    /// Reads <c>secret.key</c> in the data directory, or makes it (mode 0600) when there is none. Fails with <c>secret.keyExposed</c> when others may read it and with <c>secret.keyInvalid</c> when it
    /// holds no key.
    /// </summary>
    public static SecretSeal Open(string dataDirectory)
    {
        var path = Path.Combine(dataDirectory, FileName);
        if (!File.Exists(path)) Create(path);
        var key = Read(path);
        return new SecretSeal(text => Protect(key, text), bytes => Unprotect(key, bytes, path));
    }

    private static void Create(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        var temporary = $"{path}.{Environment.ProcessId}.{RandomNumberGenerator.GetHexString(8)}";
        try
        {
            using (var file = new FileStream(temporary, options))
            {
                file.Write(Encoding.ASCII.GetBytes(Convert.ToBase64String(RandomNumberGenerator.GetBytes(KeyBytes)) + "\n"));
                file.Flush(flushToDisk: true); // a key that a power cut can take back would take every secret with it
            }

            Publish(temporary, path);
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    // Two processes may come at once, and what one of them sealed must not be lost with its key. A hard link is made or refused in one act; File.Move looks first and renames then.
    private static void Publish(string temporary, string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            if (Link(temporary, path) == 0 || File.Exists(path)) return;
            // A file system without hard links.
        }

        try
        {
            File.Move(temporary, path, overwrite: false);
        }
        catch (IOException) when (File.Exists(path))
        {
            // Another process was faster; its key counts.
        }
    }

    [DllImport("libc", EntryPoint = "link", SetLastError = true)]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Link([MarshalAs(UnmanagedType.LPUTF8Str)] string from, [MarshalAs(UnmanagedType.LPUTF8Str)] string to);

    private static byte[] Read(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            var mode = File.GetUnixFileMode(path);
            if ((mode & ~(UnixFileMode.UserRead | UnixFileMode.UserWrite)) != 0)
                throw new FailureException("secret.keyExposed", FailureKind.Permanent, $"{path} has mode {Convert.ToString((int)mode, 8)}, 600 is expected: `chmod 600 {path}`, and replace the secrets if others could read it");
        }

        var key = new byte[KeyBytes + 1];
        if (!Convert.TryFromBase64String(File.ReadAllText(path).Trim(), key, out var length) || length != KeyBytes)
            throw new FailureException("secret.keyInvalid", FailureKind.Permanent, $"{path} holds no key: {KeyBytes} bytes in base64 are expected; restore it from a backup");
        return key[..KeyBytes];
    }

    private static byte[] Protect(byte[] key, string text)
    {
        var plain = Encoding.UTF8.GetBytes(text);
        var bytes = new byte[HeaderBytes + plain.Length];
        bytes[0] = Format;
        var nonce = bytes.AsSpan(1, NonceBytes);
        RandomNumberGenerator.Fill(nonce);
        using var aes = new AesGcm(key, TagBytes);
        aes.Encrypt(nonce, plain, bytes.AsSpan(HeaderBytes), bytes.AsSpan(1 + NonceBytes, TagBytes), bytes.AsSpan(0, 1));
        CryptographicOperations.ZeroMemory(plain);
        return bytes;
    }

    private static string Unprotect(byte[] key, byte[] bytes, string path)
    {
        try
        {
            if (bytes.Length < HeaderBytes || bytes[0] != Format) throw new CryptographicException("unknown format");
            var plain = new byte[bytes.Length - HeaderBytes];
            using var aes = new AesGcm(key, TagBytes);
            aes.Decrypt(bytes.AsSpan(1, NonceBytes), bytes.AsSpan(HeaderBytes), bytes.AsSpan(1 + NonceBytes, TagBytes), plain, bytes.AsSpan(0, 1));
            return Encoding.UTF8.GetString(plain);
        }
        catch (CryptographicException trouble)
        {
            throw new FailureException("secret.unreadable", FailureKind.Permanent, $"a stored secret cannot be opened with {path}: the key is another one, or the stored bytes were changed", trouble);
        }
    }
}
