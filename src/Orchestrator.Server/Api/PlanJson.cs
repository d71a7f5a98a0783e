using System.Text.Json;
using Orchestrator.Engine.Planning;
using Orchestrator.Model.Values;

namespace Orchestrator.Server.Api;

/// <summary>Plans as JSON: the same from the API and from <c>orchestrator plan --json</c>.</summary>
public static class PlanJson
{
    /// <summary>A plan.</summary>
    public static void Write(Utf8JsonWriter writer, PlanReport report)
    {
        writer.WriteStartObject();
        writer.WriteString("blueprint", report.Blueprint);
        writer.WriteNumber("version", report.Version);
        writer.WriteBoolean("unchanged", report.IsUnchanged);
        writer.WriteStartObject("totals");
        foreach (var (state, count) in report.Totals.OrderBy(total => total.Key)) writer.WriteNumber(RunJson.Name(state), count);
        writer.WriteEndObject();
        writer.WriteStartArray("steps");
        foreach (var step in report.Steps) Write(writer, step);
        writer.WriteEndArray();
        writer.WritePropertyName("outputs");
        ValueJson.Write(writer, report.Outputs);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, StepPlan step)
    {
        writer.WriteStartObject();
        writer.WriteString("key", step.Key);
        writer.WriteString("type", step.Type);
        writer.WriteNumber("line", step.Span.Line);
        writer.WriteString("state", RunJson.Name(step.State));
        if (step.Reason is { } reason) writer.WriteString("reason", reason);
        if (step.Changes.Count > 0)
        {
            writer.WriteStartArray("changes");
            foreach (var change in step.Changes)
            {
                writer.WriteStartObject();
                writer.WriteString("what", change.What);
                if (change.From is { } from) writer.WriteString("from", from);
                if (change.To is { } to) writer.WriteString("to", to);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
        }

        if (step.Children.Count > 0)
        {
            writer.WriteStartArray("steps");
            foreach (var inner in step.Children) Write(writer, inner);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }
}
