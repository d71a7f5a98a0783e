using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Diagnostics;

/// <summary>BP51xx: how a blueprint treats its secrets. Where a secret may flow is checked with the types of expressions (BP50xx).</summary>
internal static class SecretDiagnostics
{
    public static Diagnostic PlainText(SourceSpan span, string field) =>
        new("BP5101", Severity.Warning, span, $"`{field}` takes a secret, and here it is in plain text.", "Put it into the secret store, declare it under `secrets`, and write `${{ secrets.<name> }}`.");

    public static Diagnostic DefaultOfSecret(SourceSpan span, string input) =>
        new("BP5102", Severity.Error, span, $"The secret input `{input}` cannot have a default: it would stand here in plain text.", "Leave the default out, or declare it under `secrets`.");

    public static Diagnostic WebhookSecret(SourceSpan span, string verify) =>
        new("BP5103", Severity.Error, span, $"`verify: {verify}` needs `secret`, the name of a declared secret.", "Add `secret: <name>`; only `verify: none` goes without.");
}
