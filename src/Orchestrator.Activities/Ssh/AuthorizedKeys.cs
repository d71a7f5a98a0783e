using Orchestrator.Model.Failures;

namespace Orchestrator.Activities.Ssh;

/// <summary>The lines of an authorized_keys file. A key is the same key whatever its options and comment are.</summary>
internal static class AuthorizedKeys
{
    public static (string Text, IReadOnlyList<string> Added, IReadOnlyList<string> Removed) Merge(string text, IReadOnlyList<string> keys, bool exclusive)
    {
        if (keys.FirstOrDefault(key => Body(key) is null || key.Contains('\n', StringComparison.Ordinal)) is { } wrong)
            throw new FailureException("ssh.badPublicKey", FailureKind.Permanent, $"`{Short(wrong)}` is no public key such as `ssh-ed25519 AAAA… comment`");
        var wanted = keys.Select(key => key.Trim()).DistinctBy(Body).ToArray();
        var lines = text.Split('\n');
        var present = lines.Select(Body).OfType<string>().ToHashSet();
        var added = wanted.Where(key => !present.Contains(Body(key)!)).ToArray();
        var removed = exclusive ? lines.Where(line => Body(line) is { } body && wanted.All(key => Body(key) != body)).ToArray() : [];
        var kept = removed.Length == 0 ? text : string.Join('\n', lines.Where(line => !removed.Contains(line)));
        if (added.Length > 0 && kept.Length > 0 && !kept.EndsWith('\n')) kept += "\n";
        return (kept + string.Concat(added.Select(key => key + "\n")), added, removed);
    }

    /// <summary>The text without lines that are exactly these.</summary>
    public static string Without(string text, IReadOnlyList<string> added) => string.Join('\n', text.Split('\n').Where(line => !added.Contains(line)));

    /// <summary>For people: start and end.</summary>
    public static string Short(string line) => line.Length <= 40 ? line : $"{line[..24]}…{line[^12..]}";

    /// <summary>Type and key of a line, without options and comment; null for a line that holds no key.</summary>
    private static string? Body(string line)
    {
        if (line.TrimStart().StartsWith('#')) return null;
        var words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        for (var i = 0; i + 1 < words.Length; i++)
            if ((words[i].StartsWith("ssh-", StringComparison.Ordinal) || words[i].StartsWith("ecdsa-", StringComparison.Ordinal) || words[i].StartsWith("sk-", StringComparison.Ordinal))
                && words[i + 1].StartsWith("AAAA", StringComparison.Ordinal)) return $"{words[i]} {words[i + 1]}";
        return null;
    }
}
