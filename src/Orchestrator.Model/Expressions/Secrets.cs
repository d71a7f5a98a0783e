using Orchestrator.Model.Values;

namespace Orchestrator.Model.Expressions;

/// <summary>Values computed from secrets are secrets, computed only when somebody reveals them.</summary>
internal static class Secrets
{
    /// <summary>Stands for "a secret" in messages.</summary>
    public static readonly Value Any = new SecretValue(new Secret(Secret.Derived, () => throw new InvalidOperationException("stands for any secret")));

    public static Value Derive(IReadOnlyList<Value?> from, Func<string> plainText)
    {
        DateTimeOffset? expires = null;
        foreach (var value in from)
            if (value is not null)
                expires = Earlier(expires, ExpiryOf(value));
        return new SecretValue(new Secret(Secret.Derived, plainText, expires));
    }

    /// <summary>The same value with every secret in it as plain text. Only inside of a derived secret.</summary>
    public static Value Reveal(Value value) => value switch
    {
        SecretValue secret => Value.Of(secret.Secret.Reveal()),
        ListValue { HasSecret: true } list => Value.List(list.Items.Select(Reveal)),
        MapValue { HasSecret: true } map => Value.Map(map.Entries.Select(entry => (entry.Key, Reveal(entry.Value)))),
        _ => value,
    };

    private static DateTimeOffset? ExpiryOf(Value value) => value switch
    {
        SecretValue secret => secret.Secret.ExpiresAt,
        ListValue { HasSecret: true } list => list.Items.Aggregate((DateTimeOffset?)null, (first, item) => Earlier(first, ExpiryOf(item))),
        MapValue { HasSecret: true } map => map.Entries.Values.Aggregate((DateTimeOffset?)null, (first, item) => Earlier(first, ExpiryOf(item))),
        _ => null,
    };

    private static DateTimeOffset? Earlier(DateTimeOffset? a, DateTimeOffset? b) => a is null ? b : b is null || a < b ? a : b;
}
