namespace Orchestrator.Server.Access;

/// <summary>One-time codes that begin a browser session. They live in memory: short, few, each for one use.</summary>
internal sealed class LoginLinks(TimeProvider time)
{
    private const int Most = 32;

    private readonly Lock _lock = new();
    private readonly Dictionary<string, (LoginLink Link, DateTimeOffset ExpiresAt)> _codes = [];

    /// <summary>How long a code works.</summary>
    public static TimeSpan Life { get; } = TimeSpan.FromMinutes(15);

    /// <summary>A new code. When there are too many the one that ends first goes.</summary>
    public string Issue(LoginLink link)
    {
        var code = Credential.New();
        lock (_lock)
        {
            if (_codes.Count >= Most) _codes.Remove(_codes.MinBy(entry => entry.Value.ExpiresAt).Key);
            _codes[Credential.Hash(code)] = (link, time.GetUtcNow() + Life);
        }

        return code;
    }

    /// <summary>Uses a code up; null when it is unknown, used or too old.</summary>
    public LoginLink? Redeem(string code)
    {
        lock (_lock)
            return _codes.Remove(Credential.Hash(code), out var entry) && entry.ExpiresAt > time.GetUtcNow() ? entry.Link : null;
    }
}

/// <summary>What a link opens.</summary>
/// <param name="Name">Who signs in.</param>
/// <param name="Role">What the session may do.</param>
/// <param name="Token">Hash of the token that the link was made with; the session ends with it.</param>
internal sealed record LoginLink(string Name, Role Role, string Token);
