using Orchestrator.Blueprints.Binding;
using Orchestrator.Blueprints.Diagnostics;
using Orchestrator.Blueprints.Yaml;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Schedules;

namespace Orchestrator.Blueprints.Checks;

/// <summary>Webhooks verify with a declared secret and have a path of their own; schedules come some time; a trigger gives inputs that exist, and all that a run must have.</summary>
internal static class TriggerCheck
{
    // When "never" is decided for a cron expression. Any instant will do: the calendar repeats.
    private static readonly DateTimeOffset SomeDay = new(2025, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static void Run(BlueprintPlan plan, ICollection<Diagnostic> diagnostics)
    {
        var secrets = plan.Secrets.Select(secret => secret.Name).ToArray();
        var paths = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var trigger in plan.Triggers)
        {
            if (trigger.Node["webhook"] is YamlMapping webhook)
            {
                Secret(webhook, secrets, diagnostics);
                Path(trigger, webhook, paths, diagnostics);
            }

            if (trigger.Node["cron"] is YamlMapping cron) Cron(cron, diagnostics);
            Inputs(plan, trigger, diagnostics);
        }
    }

    private static void Secret(YamlMapping webhook, string[] secrets, ICollection<Diagnostic> diagnostics)
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

    private static void Path(TriggerDeclaration trigger, YamlMapping webhook, Dictionary<string, string> paths, ICollection<Diagnostic> diagnostics)
    {
        if (webhook["path"] is not YamlScalar { IsNull: false } path) return;
        var method = (webhook["method"] as YamlScalar)?.Text ?? "POST";
        if (!paths.TryAdd($"{method} {path.Text.TrimEnd('/').ToLowerInvariant()}", trigger.Name))
            diagnostics.Add(NameDiagnostics.ReservedName(path.Span, path.Text, $"the trigger `{paths[$"{method} {path.Text.TrimEnd('/').ToLowerInvariant()}"]}` has this path and method"));
    }

    private static void Cron(YamlMapping cron, ICollection<Diagnostic> diagnostics)
    {
        if (cron["timezone"] is YamlScalar { IsNull: false } zone && !TimeZoneInfo.TryFindSystemTimeZoneById(zone.Text, out _))
            diagnostics.Add(ShapeDiagnostics.BadText(zone.Span, zone.Text, "a time zone of the IANA database, such as `Europe/Brussels`"));
        if (cron["expr"] is not YamlScalar { IsNull: false } expr) return;
        if (CronExpression.TryParse(expr.Text, CronDialect.Blueprint, out var mistake) is { } parsed)
        {
            if (parsed.Next(SomeDay, TimeZoneInfo.Utc) is null) diagnostics.Add(ShapeDiagnostics.Cron(expr.Span, $"`{expr.Text}` never comes: no such day exists."));
        }
        else
        {
            diagnostics.Add(ShapeDiagnostics.Cron(expr.SpanOf(mistake!.Start, mistake.Length), mistake.Problem));
        }
    }

    private static void Inputs(BlueprintPlan plan, TriggerDeclaration trigger, ICollection<Diagnostic> diagnostics)
    {
        var with = trigger.Node["with"];
        var names = plan.Inputs.Select(input => input.Name).ToArray();
        foreach (var entry in Binder.Entries(with).Where(entry => !names.Contains(entry.Name)))
            diagnostics.Add(NameDiagnostics.UnknownField(entry.Key.Span, "The blueprint", "input", entry.Name, names));
        // An expression gives who knows what; drift compares and starts with the inputs of the run before.
        if (with is not (null or YamlMapping) || trigger.Kind is null or "drift") return;
        var given = Binder.Entries(with).Select(entry => entry.Name).ToArray();
        var meant = given.Where(name => !names.Contains(name)).Select(name => Spelling.Nearest(name, names)).ToArray();
        foreach (var input in plan.Inputs.Where(input => input.Field is { Required: true, Default: null } && !given.Contains(input.Name) && !meant.Contains(input.Name)))
            diagnostics.Add(ShapeDiagnostics.MissingKey((with as YamlMapping)?.Span ?? trigger.Key.Span, input.Name, "The input has no default: `with` must give it, or every run would be refused."));
    }
}
