namespace Orchestrator.Server.Access;

/// <summary>One-time codes that begin a browser session. They live in memory: short, few, each for one use.</summary>
internal sealed class LoginLinks(TimeProvider time)
{
    private const int Most = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (string Name, Role Role, DateTimeOffset ExpiresAt)> _codes = [];

    /// <summary>How long a code works.</summary>
    public static TimeSpan Life { get; } = TimeSpan.FromMinutes(15);

    /// <summary>A new code. When there are too many the one that ends first goes.</summary>
    public string Issue(string name, Role role)
    {
        var code = Credential.New();
        lock (_lock)
        {
            if (_codes.Count >= Most) _codes.Remove(_codes.MinBy(entry => entry.Value.ExpiresAt).Key);
            _codes[Credential.Hash(code)] = (name, role, time.GetUtcNow() + Life);
        }

        return code;
    }

    /// <summary>Uses a code up; null when it is unknown, used or too old.</summary>
    public (string Name, Role Role)? Redeem(string code)
    {
        lock (_lock)
            return _codes.Remove(Credential.Hash(code), out var entry) && entry.ExpiresAt > time.GetUtcNow() ? (entry.Name, entry.Role) : null;
    }
}
