using System.Text.Json;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Schemas;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>Writes activities in Elsa's shape: inputs as properties, the rest in <c>customProperties</c>.</summary>
internal sealed class ActivityWriter(Utf8JsonWriter writer)
{
    public void Write(ActivityNode node, string parentId, (int X, int Y)? position)
    {
        var nodeId = $"{parentId}:{node.Id}";
        writer.WriteStartObject();
        foreach (var (name, expression) in node.Inputs.OrderBy(input => input.Key, StringComparer.Ordinal))
            ExpressionJson.WriteInput(writer, DefinitionJson.PropertyName(name), expression);
        foreach (var (name, value) in node.Extra.Entries.OrderBy(entry => entry.Key, StringComparer.Ordinal))
            if (!DefinitionJson.IsReserved(name))
                WriteValue(name, value);

        writer.WriteString("id", node.Id);
        writer.WriteString("nodeId", nodeId);
        writer.WriteString("name", node.Name.Length == 0 ? node.Id : node.Name);
        writer.WriteString("type", node.Type);
        writer.WriteNumber("version", node.Version);
        WriteCustomProperties(node);
        if (node.Extra.Get("metadata") is { } drawn) WriteValue("metadata", drawn);
        else WriteMetadata(position);
        WriteChildren(node, nodeId);
        if (node.Extra.Get("variables") is { } variables) WriteValue("variables", variables);
        else if (node.Type == ActivityTypes.Flowchart) WriteValue("variables", Value.EmptyList);
        foreach (var (role, body) in node.Bodies.OrderBy(body => body.Key, StringComparer.Ordinal))
        {
            writer.WritePropertyName(role);
            Write(body, nodeId, position: null);
        }

        writer.WriteEndObject();
    }

    private void WriteCustomProperties(ActivityNode node)
    {
        // Elsa's own, as every activity of it has them; what Studio set counts.
        var properties = Value.Map(("canStartWorkflow", Value.Of(false)), ("runAsynchronously", Value.Of(false)));
        if (node.Type == ActivityTypes.Flowchart) properties = properties.With("notFoundConnections", Value.EmptyList);
        if (node.Extra.Get("customProperties") is MapValue set)
            foreach (var (key, value) in set.Entries)
                properties = properties.With(key, value);

        writer.WriteStartObject("customProperties");
        foreach (var (key, value) in properties.Entries) WriteValue(key, value);
        writer.WriteStartObject(DefinitionJson.Ours);
        if (node.Span != default)
        {
            writer.WritePropertyName("span");
            SpanJson.Write(writer, node.Span);
        }

        if (node.Start is { } start) writer.WriteString("start", start);
        // Elsa's name is never empty; ours may be.
        if (node.Name == node.Id) writer.WriteBoolean("named", true);
        if (node.Extra.Get("metadata") is not null) writer.WriteBoolean("drawn", true);
        WritePolicy(node.Policy);
        writer.WriteEndObject();
        writer.WriteEndObject();
    }

    private void WriteValue(string property, Value value)
    {
        writer.WritePropertyName(property);
        PlainJson.Write(writer, value);
    }

    private void WriteMetadata((int X, int Y)? position)
    {
        writer.WriteStartObject("metadata");
        if (position is { } at)
        {
            writer.WriteStartObject("designer");
            writer.WriteStartObject("position");
            writer.WriteNumber("x", at.X);
            writer.WriteNumber("y", at.Y);
            writer.WriteEndObject();
            writer.WriteEndObject();
        }

        writer.WriteEndObject();
    }

    private void WriteChildren(ActivityNode node, string nodeId)
    {
        var isFlowchart = node.Type == ActivityTypes.Flowchart;
        if (isFlowchart || node.Activities.Count > 0)
        {
            var positions = DesignerLayout.Of(node);
            writer.WriteStartArray("activities");
            foreach (var child in node.Activities) Write(child, nodeId, isFlowchart ? positions[child.Id] : null);
            writer.WriteEndArray();
        }

        if (!isFlowchart && node.Connections.Count == 0) return;
        writer.WriteStartArray("connections");
        foreach (var connection in node.Connections)
        {
            writer.WriteStartObject();
            WriteEnd("source", connection.Source, connection.Port ?? "Done");
            WriteEnd("target", connection.Target, "In");
            writer.WriteStartArray("vertices");
            writer.WriteEndArray();
            writer.WriteEndObject();
        }

        writer.WriteEndArray();
    }

    private void WriteEnd(string property, string activity, string port)
    {
        writer.WriteStartObject(property);
        writer.WriteString("activity", activity);
        writer.WriteString("port", port);
        writer.WriteEndObject();
    }

    private void WritePolicy(StepPolicy policy)
    {
        var defaults = StepPolicy.Default;
        writer.WriteStartObject("policy");
        if (policy.Target is { } target) writer.WriteString("target", target);
        if (policy.Environment.Count > 0)
        {
            writer.WriteStartObject("environment");
            foreach (var (name, value) in policy.Environment.OrderBy(entry => entry.Key, StringComparer.Ordinal)) ExpressionJson.Write(writer, name, value);
            writer.WriteEndObject();
        }

        WriteSpan("attemptTimeout", policy.AttemptTimeout, defaults.AttemptTimeout);
        WriteSpan("totalTimeout", policy.TotalTimeout, null);
        WriteSpan("queueTimeout", policy.QueueTimeout, defaults.QueueTimeout);
        WriteSpan("heartbeatTimeout", policy.HeartbeatTimeout, null);
        WriteRetry(policy.Retry);
        if (policy.Until is { } until) ExpressionJson.Write(writer, "until", until);
        WriteSpan("every", policy.Every, defaults.Every);
        if (policy.Undo is { } undo)
        {
            writer.WritePropertyName("undo");
            Write(undo, "undo", position: null);
        }

        if (policy.NoUndo) writer.WriteBoolean("noUndo", true);
        if (policy.AllowFailure) writer.WriteBoolean("allowFailure", true);
        ExpressionJson.WriteNamed(writer, "outputs", policy.Outputs);
        if (policy.Log != LogLevel.Full) writer.WriteString("log", Names.Of(policy.Log));
        if (policy.Effect is { } effect) writer.WriteString("effect", Names.Of(effect));
        writer.WriteEndObject();
    }

    private void WriteRetry(RetryPolicy retry)
    {
        var defaults = RetryPolicy.Default;
        var onDefault = retry.On.SequenceEqual(defaults.On);
        if (retry with { On = defaults.On } == defaults && onDefault) return;
        writer.WriteStartObject("retry");
        if (retry.IsExplicit) writer.WriteBoolean("explicit", true);
        if (retry.Max != defaults.Max) writer.WriteNumber("max", retry.Max);
        WriteSpan("delay", retry.Delay, defaults.Delay);
        if (retry.Backoff != defaults.Backoff) writer.WriteString("backoff", Names.Of(retry.Backoff));
        if (!retry.Factor.Equals(defaults.Factor)) writer.WriteNumber("factor", retry.Factor);
        WriteSpan("maxDelay", retry.MaxDelay, defaults.MaxDelay);
        if (!retry.Jitter) writer.WriteBoolean("jitter", false);
        WriteSpan("for", retry.For, null);
        if (!onDefault)
        {
            writer.WriteStartArray("on");
            foreach (var kind in retry.On) writer.WriteStringValue(kind);
            writer.WriteEndArray();
        }

        writer.WriteEndObject();
    }

    private void WriteSpan(string property, TimeSpan? span, TimeSpan? standard)
    {
        if (span is { } length && span != standard) writer.WriteString(property, Durations.Format(length));
    }
}
