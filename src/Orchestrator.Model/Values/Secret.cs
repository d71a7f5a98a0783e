namespace Orchestrator.Model.Values;

/// <summary>
/// A piece of text that must never be shown. It prints as <c>***</c>, is journaled by its reference, and gives its plain text
/// only through <see cref="Reveal"/>, which only a secret-accepting place calls.
/// </summary>
public sealed class Secret
{
    private readonly Func<string> _plainText;

    /// <summary>Makes a secret whose plain text is looked up when it is needed.</summary>
    /// <param name="reference">
    /// Where the plain text lives, for example <c>store:bootstrap/token</c>, <c>env:TOKEN</c>, <c>file:/run/token</c> or
    /// <c>derived</c> for a secret computed from others (those are computed again, never stored).
    /// </param>
    /// <param name="plainText">Looks up the plain text; throws <see cref="Failures.FailureException"/> when it is gone.</param>
    /// <param name="expiresAt">When the plain text stops being of use; null when it does not.</param>
    public Secret(string reference, Func<string> plainText, DateTimeOffset? expiresAt = null)
    {
        Reference = reference;
        _plainText = plainText;
        ExpiresAt = expiresAt;
    }

    /// <summary>Reference of a secret that was computed from other secrets.</summary>
    public const string Derived = "derived";

    /// <summary>Where the plain text lives; safe to show.</summary>
    public string Reference { get; }

    /// <summary>When the secret stops being of use, UTC; null when it does not.</summary>
    public DateTimeOffset? ExpiresAt { get; }

    /// <summary>Makes a secret from plain text that an activity just produced. The engine stores it and gives it its reference.</summary>
    public static Secret FromPlainText(string plainText, DateTimeOffset? expiresAt = null) =>
        new(Derived, () => plainText, expiresAt);

    /// <summary>The plain text. Call it at the last moment and keep the result in a local variable.</summary>
    public string Reveal() => _plainText();

    /// <summary>Always <c>***</c>.</summary>
    public override string ToString() => "***";
}
