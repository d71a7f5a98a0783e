using System.Text.Json;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Elsa;

/// <summary>Reads a workflow definition that Studio or another Elsa server wrote.</summary>
public static class ElsaReader
{
    /// <summary>Name of our incident strategy that holds the run at the step that failed. An Elsa server does not know it and uses its own default.</summary>
    public const string PauseStrategy = "Orchestrator.PauseStrategy";

    /// <summary>Name of our incident strategy that takes back what the run changed.</summary>
    public const string RollbackStrategy = "Orchestrator.RollbackStrategy";

    private const string CountedMode = "CounterBased";

    /// <summary>Reads a definition; throws <see cref="FormatException"/> when it is none.</summary>
    public static ElsaProgram Read(ReadOnlyMemory<byte> bytes)
    {
        try
        {
            using var document = JsonDocument.Parse(bytes);
            return Read(document.RootElement, bytes);
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new FormatException($"this is no workflow definition: {wrong.Message}", wrong);
        }
    }

    internal static ElsaProgram Read(JsonElement json, ReadOnlyMemory<byte> bytes)
    {
        var nodes = new Dictionary<string, ElsaActivity>(StringComparer.Ordinal);
        var workflow = new ElsaActivity { Id = "Workflow1", NodeId = "Workflow1", Type = "Elsa.Workflow", Name = Text(json, "name"), Variables = Variables(json) };
        nodes[workflow.NodeId] = workflow;
        var reader = new ElsaActivityReader(nodes);
        workflow.Ports["root"] = reader.Read(json.GetProperty("root"), workflow);
        NameSteps(nodes);
        var options = Member(json, "options");
        return new ElsaProgram
        {
            DefinitionId = Text(json, "definitionId") ?? Text(json, "name") ?? "",
            VersionId = Text(json, "id") ?? "",
            Name = Text(json, "name") ?? "",
            Version = json.TryGetProperty("version", out var version) && version.ValueKind == JsonValueKind.Number ? version.GetInt32() : 1,
            Workflow = workflow,
            Inputs = Parameters(json, "inputs"),
            Outputs = Parameters(json, "outputs"),
            IncidentStrategy = Strategy(Text(options, "incidentStrategyType")),
            Activation = Activation(Text(options, "activationStrategyType")),
            UsableAsActivity = options.ValueKind == JsonValueKind.Object && options.TryGetProperty("usableAsActivity", out var usable) && usable.ValueKind == JsonValueKind.True,
            UsesTokens = UsesTokens(json, options),
            Nodes = nodes,
            Triggers = ElsaTriggers.Of(nodes.Values),
            Json = bytes,
        };
    }

    /// <summary>Variables of a workflow or container.</summary>
    internal static IReadOnlyList<ElsaVariable> Variables(JsonElement json) => [.. Items(json, "variables").Where(item => item.ValueKind == JsonValueKind.Object).Select(Variable)];

    internal static ElsaVariable Variable(JsonElement json)
    {
        var type = Text(json, "typeName") ?? "Object";
        var isArray = json.TryGetProperty("isArray", out var array) && array.ValueKind == JsonValueKind.True;
        var given = json.TryGetProperty("value", out var value) ? PlainJson.Read(value) : Value.Null;
        var initial = given.IsNull ? Value.Null : ElsaTypes.Convert(given, type, isArray);
        return new ElsaVariable(
            Text(json, "id") ?? Text(json, "name") ?? "", Text(json, "name") ?? "", type, isArray, initial,
            (Text(json, "storageDriverTypeName") ?? "").Contains("MemoryStorageDriver", StringComparison.Ordinal));
    }

    internal static string? Text(JsonElement json, string property) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(property, out var text) && text.ValueKind == JsonValueKind.String && text.GetString() is { Length: > 0 } found ? found : null;

    internal static JsonElement Member(JsonElement json, string property) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(property, out var member) ? member : default;

    /// <summary>Items of a list; also of the form <c>{"$values": […]}</c> that older versions wrote.</summary>
    internal static IEnumerable<JsonElement> Items(JsonElement json, string property)
    {
        var list = Member(json, property);
        if (list.ValueKind == JsonValueKind.Object && list.TryGetProperty("$values", out var values)) list = values;
        return list.ValueKind == JsonValueKind.Array ? list.EnumerateArray() : [];
    }

    private static IReadOnlyList<ElsaParameter> Parameters(JsonElement json, string property) => [.. Items(json, property).Select(item =>
        new ElsaParameter(Text(item, "name") ?? "", Text(item, "type") ?? "Object", item.TryGetProperty("isArray", out var array) && array.ValueKind == JsonValueKind.True))];

    private static ElsaIncidentStrategy Strategy(string? type) =>
        type is null ? ElsaIncidentStrategy.Fault
        : type.Contains("ContinueWithIncidents", StringComparison.Ordinal) ? ElsaIncidentStrategy.Continue
        : type == PauseStrategy ? ElsaIncidentStrategy.Pause
        : type == RollbackStrategy ? ElsaIncidentStrategy.Rollback
        : ElsaIncidentStrategy.Fault;

    private static ElsaActivation Activation(string? type) =>
        type is null ? ElsaActivation.Always
        : type.Contains("CorrelatedSingleton", StringComparison.Ordinal) ? ElsaActivation.CorrelatedSingleton
        : type.Contains("Singleton", StringComparison.Ordinal) ? ElsaActivation.Singleton
        : type.Contains("Correlation", StringComparison.Ordinal) ? ElsaActivation.Correlation
        : ElsaActivation.Always;

    // Elsa keeps the choice as a property of the instance; who writes a definition by hand may say it in either bag.
    private static bool UsesTokens(JsonElement json, JsonElement options)
    {
        var mode = Mode(Member(json, "customProperties")) ?? Mode(options) ?? Mode(Member(Member(json, "root"), "customProperties"));
        return mode is not null && mode != CountedMode && mode.Contains("token", StringComparison.OrdinalIgnoreCase);
    }

    private static string? Mode(JsonElement bag) => Text(bag, "Flowchart:ExecutionMode") ?? Text(bag, "flowchartExecutionMode");

    // Steps are called by the short id; only where two activities share it by their path.
    private static void NameSteps(Dictionary<string, ElsaActivity> nodes)
    {
        foreach (var same in nodes.Values.GroupBy(node => node.Id, StringComparer.Ordinal))
        {
            var isUnique = !same.Skip(1).Any();
            foreach (var node in same)
            {
                var name = isUnique ? node.Id : node.NodeId[(node.NodeId.IndexOf(':', StringComparison.Ordinal) + 1)..];
                // `a-undo` is what the undo of `a` is called in a run.
                node.StepId = name.EndsWith("-undo", StringComparison.Ordinal) ? name + "~" : name;
            }
        }
    }
}
