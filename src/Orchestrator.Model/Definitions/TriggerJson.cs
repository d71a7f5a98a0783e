using System.Text.Json;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>Triggers in a definition's JSON: a map by name, each <c>{kind, settings, …}</c>.</summary>
internal static class TriggerJson
{
    public static void Write(Utf8JsonWriter writer, IReadOnlyList<TriggerPlan> triggers)
    {
        if (triggers.Count == 0) return;
        writer.WriteStartObject("triggers");
        foreach (var trigger in triggers.OrderBy(trigger => trigger.Name, StringComparer.Ordinal))
        {
            writer.WriteStartObject(trigger.Name);
            writer.WriteString("kind", trigger.Kind);
            writer.WritePropertyName("settings");
            PlainJson.Write(writer, trigger.Settings);
            if (!trigger.Enabled) writer.WriteBoolean("enabled", false);
            if (trigger.If is { } condition) ExpressionJson.Write(writer, "if", condition);
            if (trigger.Dedupe is { } dedupe) ExpressionJson.Write(writer, "dedupe", dedupe);
            if (trigger.With is { } with) ExpressionJson.Write(writer, "with", with);
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    public static IReadOnlyList<TriggerPlan> Read(JsonElement ours) => ours.TryGetProperty("triggers", out var triggers)
        ? [.. triggers.EnumerateObject().Select(entry => new TriggerPlan(
            entry.Name, DefinitionReader.Text(entry.Value, "kind"), (MapValue)PlainJson.Read(entry.Value.GetProperty("settings")),
            !entry.Value.TryGetProperty("enabled", out var enabled) || enabled.GetBoolean(), Expression(entry.Value, "if"), Expression(entry.Value, "dedupe"), Expression(entry.Value, "with")))]
        : [];

    private static Expression? Expression(JsonElement trigger, string property) => trigger.TryGetProperty(property, out var json) ? ExpressionJson.Read(json) : null;
}
