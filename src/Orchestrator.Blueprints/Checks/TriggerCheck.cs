using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;

namespace Orchestrator.Blueprints.Checks;

/// <summary>Webhooks verify with a declared secret; cron expressions are five fields in range.</summary>
internal static class TriggerCheck
{
    public static void Run(BlueprintPlan plan, ICollection<Diagnostic> diagnostics)
    {
        var secrets = plan.Secrets.Select(secret => secret.Name).ToArray();
        var inputs = plan.Inputs.Select(input => input.Name).ToArray();
        foreach (var trigger in plan.Triggers.Select(trigger => trigger.Value).OfType<YamlMapping>())
        {
            if (trigger["webhook"] is YamlMapping webhook) Webhook(webhook, secrets, diagnostics);
            if ((trigger["cron"] as YamlMapping)?["expr"] is YamlScalar { IsNull: false } expr && CronExpression.Mistake(expr.Text) is { } mistake)
                diagnostics.Add(ShapeDiagnostics.Cron(expr.SpanOf(mistake.Start, mistake.Length), mistake.Problem));
            foreach (var entry in Binder.Entries(trigger["with"]).Where(entry => !inputs.Contains(entry.Name)))
                diagnostics.Add(NameDiagnostics.UnknownField(entry.Key.Span, "The blueprint", "input", entry.Name, inputs));
        }
    }

    private static void Webhook(YamlMapping webhook, string[] secrets, ICollection<Diagnostic> diagnostics)
    {
        if (webhook["secret"] is YamlScalar { IsNull: false } secret)
        {
            if (!secrets.Contains(secret.Text)) diagnostics.Add(NameDiagnostics.UnknownSecret(secret.Span, secret.Text, secrets));
        }
        else if (webhook["verify"] is YamlScalar verify && verify.Text != "none")
        {
            diagnostics.Add(SecretDiagnostics.WebhookSecret(verify.Span, verify.Text));
        }
    }
}
