using System.Text.Json;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>Reads activities. What is not understood is kept in <see cref="ActivityNode.Extra"/> and written back as it came.</summary>
internal static class ActivityReader
{
    public static ActivityNode Read(JsonElement json)
    {
        var id = DefinitionReader.Text(json, "id");
        var ours = json.TryGetProperty("customProperties", out var custom) && custom.ValueKind == JsonValueKind.Object && custom.TryGetProperty(DefinitionJson.Ours, out var found) ? found : default;
        var hasOurs = ours.ValueKind == JsonValueKind.Object;
        var name = DefinitionReader.Text(json, "name");
        var inputs = new Dictionary<string, Expression>(StringComparer.Ordinal);
        var bodies = new Dictionary<string, ActivityNode>(StringComparer.Ordinal);
        var extra = new List<(string, Value)>();
        foreach (var property in json.EnumerateObject())
        {
            if (property.Value.ValueKind == JsonValueKind.Object && property.Name is "body" or "rescue" or "always") bodies[property.Name] = Read(property.Value);
            else if (DefinitionJson.IsReserved(property.Name)) continue;
            else if (property.Value.ValueKind == JsonValueKind.Object && property.Value.TryGetProperty("expression", out var expression) && ExpressionJson.TryRead(expression) is { } input)
                inputs[DefinitionJson.InputName(property.Name)] = input;
            else extra.Add((property.Name, PlainJson.Read(property.Value)));
        }

        KeepElsaProperties(json, ours, extra);
        return new ActivityNode
        {
            Id = id,
            Type = DefinitionReader.Text(json, "type") is { Length: > 0 } type ? type : throw new FormatException($"activity `{id}` has no type"),
            Version = json.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number ? version.GetInt32() : 1,
            Name = name == id && !(hasOurs && ours.TryGetProperty("named", out _)) ? "" : name,
            Span = hasOurs && ours.TryGetProperty("span", out var span) ? SpanJson.Read(span) : default,
            Inputs = inputs,
            Policy = hasOurs && ours.TryGetProperty("policy", out var policy) ? ReadPolicy(policy) : StepPolicy.Default,
            Activities = json.TryGetProperty("activities", out var children) ? [.. children.EnumerateArray().Select(Read)] : [],
            Connections = json.TryGetProperty("connections", out var connections) ? [.. connections.EnumerateArray().Select(ReadConnection)] : [],
            Start = hasOurs && ours.TryGetProperty("start", out var start) ? start.GetString() : null,
            Bodies = bodies,
            Extra = Value.Map(extra),
        };
    }

    // Elsa's own properties as every activity of it has them say nothing; the rest is what somebody set.
    private static void KeepElsaProperties(JsonElement json, JsonElement ours, List<(string, Value)> extra)
    {
        var drawn = ours.ValueKind != JsonValueKind.Object || ours.TryGetProperty("drawn", out _);
        if (drawn && json.TryGetProperty("metadata", out var metadata) && metadata.ValueKind == JsonValueKind.Object && metadata.EnumerateObject().Any())
            extra.Add(("metadata", PlainJson.Read(metadata)));
        if (json.TryGetProperty("variables", out var variables) && variables.ValueKind == JsonValueKind.Array && variables.GetArrayLength() > 0)
            extra.Add(("variables", PlainJson.Read(variables)));
        if (!json.TryGetProperty("customProperties", out var custom) || custom.ValueKind != JsonValueKind.Object) return;
        var set = custom.EnumerateObject()
            .Where(property => property.Name != DefinitionJson.Ours
                && !(property.Name is "canStartWorkflow" or "runAsynchronously" && property.Value.ValueKind == JsonValueKind.False)
                && !(property.Name == "notFoundConnections" && property.Value.ValueKind == JsonValueKind.Array && property.Value.GetArrayLength() == 0))
            .Select(property => (property.Name, PlainJson.Read(property.Value)))
            .ToList();
        if (set.Count > 0) extra.Add(("customProperties", Value.Map(set)));
    }

    private static Connection ReadConnection(JsonElement json)
    {
        var (source, target) = (json.GetProperty("source"), json.GetProperty("target"));
        var port = DefinitionReader.Text(source, "port");
        return new Connection(DefinitionReader.Text(source, "activity"), port is "" or "Done" ? null : port, DefinitionReader.Text(target, "activity"));
    }

    public static StepPolicy ReadPolicy(JsonElement json)
    {
        var defaults = StepPolicy.Default;
        return new StepPolicy
        {
            Target = json.TryGetProperty("target", out var target) ? target.GetString() : null,
            Environment = DefinitionReader.Map(json, "environment", ExpressionJson.Read),
            AttemptTimeout = DefinitionReader.Duration(json, "attemptTimeout") ?? defaults.AttemptTimeout,
            TotalTimeout = DefinitionReader.Duration(json, "totalTimeout"),
            QueueTimeout = DefinitionReader.Duration(json, "queueTimeout") ?? defaults.QueueTimeout,
            HeartbeatTimeout = DefinitionReader.Duration(json, "heartbeatTimeout"),
            Retry = json.TryGetProperty("retry", out var retry) ? ReadRetry(retry) : RetryPolicy.Default,
            Until = json.TryGetProperty("until", out var until) ? ExpressionJson.Read(until) : null,
            Every = DefinitionReader.Duration(json, "every") ?? defaults.Every,
            Undo = json.TryGetProperty("undo", out var undo) ? Read(undo) : null,
            NoUndo = json.TryGetProperty("noUndo", out var noUndo) && noUndo.GetBoolean(),
            AllowFailure = json.TryGetProperty("allowFailure", out var allow) && allow.GetBoolean(),
            Outputs = ExpressionJson.ReadNamed(json, "outputs"),
            Log = json.TryGetProperty("log", out var log) ? Names.Read<LogLevel>(log) : LogLevel.Full,
            Effect = json.TryGetProperty("effect", out var effect) ? Names.Read<Activities.Effect>(effect) : null,
        };
    }

    private static RetryPolicy ReadRetry(JsonElement json)
    {
        var defaults = RetryPolicy.Default;
        return new RetryPolicy
        {
            IsExplicit = json.TryGetProperty("explicit", out var asked) && asked.GetBoolean(),
            Max = json.TryGetProperty("max", out var max) ? max.GetInt32() : defaults.Max,
            Delay = DefinitionReader.Duration(json, "delay") ?? defaults.Delay,
            Backoff = json.TryGetProperty("backoff", out var backoff) ? Names.Read<Backoff>(backoff) : defaults.Backoff,
            Factor = json.TryGetProperty("factor", out var factor) ? factor.GetDouble() : defaults.Factor,
            MaxDelay = DefinitionReader.Duration(json, "maxDelay") ?? defaults.MaxDelay,
            Jitter = !json.TryGetProperty("jitter", out var jitter) || jitter.GetBoolean(),
            For = DefinitionReader.Duration(json, "for"),
            On = json.TryGetProperty("on", out var on) ? [.. on.EnumerateArray().Select(kind => kind.GetString()!)] : defaults.On,
        };
    }
}
