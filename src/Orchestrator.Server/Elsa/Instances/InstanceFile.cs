using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>
/// An instance as a file holds it: the members that an Elsa server writes, with their large names, and <c>Orchestrator</c> with the journal and its definitions, from which alone it can be read back.
/// </summary>
internal static class InstanceFile
{
    private const string Ours = "Orchestrator";
    private const int Format = 1;

    /// <summary>The file of an instance; without <c>Orchestrator</c> when its journal is too long to be carried.</summary>
    public static async Task<byte[]> WriteAsync(Instance instance, StoredWorkflow? workflow, IStore store, CancellationToken cancellationToken)
    {
        var file = new JsonObject { ["WorkflowState"] = InstanceShape.State(instance, workflow), ["Bookmarks"] = null, ["ActivityExecutionRecords"] = null, ["WorkflowExecutionLogRecords"] = null };
        if (await RunArchive.ReadAsync(store, instance.Run.RunId, cancellationToken).ConfigureAwait(false) is { } archive)
        {
            file[Ours] = new JsonObject
            {
                ["format"] = Format,
                ["runId"] = archive.RunId,
                // As text: the hash is over these very bytes.
                ["definitions"] = new JsonArray([.. archive.Definitions.Select(definition => (JsonNode)new JsonObject { ["hash"] = definition.Hash, ["json"] = Encoding.UTF8.GetString(definition.Json.Span) })]),
                ["events"] = new JsonArray([.. archive.Events.Select(entry => (JsonNode)new JsonObject
                {
                    ["seq"] = entry.Seq, ["type"] = entry.Type, ["at"] = entry.At.ToUnixTimeMilliseconds(), ["step"] = entry.Step, ["attempt"] = entry.Attempt, ["body"] = entry.Body.IsEmpty ? null : JsonNode.Parse(entry.Body.Span),
                })]),
            };
        }

        return Encoding.UTF8.GetBytes(file.ToJsonString());
    }

    /// <summary>The run in a file; throws <see cref="FormatException"/> with the reason when it holds none that can be read back.</summary>
    public static RunArchive Read(ReadOnlyMemory<byte> content)
    {
        try
        {
            using var document = JsonDocument.Parse(content, new JsonDocumentOptions { MaxDepth = 128 });
            if (document.RootElement.ValueKind != JsonValueKind.Object || !document.RootElement.TryGetProperty(Ours, out var ours) || ours.ValueKind != JsonValueKind.Object)
                throw new FormatException("it has no journal (`Orchestrator`): a run is what its journal says, so only a file that this program exported can be imported");
            if (ours.GetProperty("format").GetInt32() != Format) throw new FormatException($"it is of format {ours.GetProperty("format").GetInt32()}; this program reads {Format}");
            var runId = ours.GetProperty("runId").GetString()!;
            return new RunArchive(
                runId,
                [.. ours.GetProperty("definitions").EnumerateArray().Select(definition => new StoredDefinition(definition.GetProperty("hash").GetString()!, "", 0, Encoding.UTF8.GetBytes(definition.GetProperty("json").GetString()!)))],
                [.. ours.GetProperty("events").EnumerateArray().Select(entry => Event(runId, entry))]);
        }
        catch (Exception wrong) when (wrong is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentException)
        {
            throw new FormatException($"it cannot be read: {wrong.Message}", wrong);
        }
    }

    private static StoredEvent Event(string runId, JsonElement entry) => new(
        runId, entry.GetProperty("seq").GetInt64(), entry.GetProperty("type").GetString()!, DateTimeOffset.FromUnixTimeMilliseconds(entry.GetProperty("at").GetInt64()), entry.GetProperty("step").GetString(),
        entry.GetProperty("attempt").GetInt32(), entry.GetProperty("body") is { ValueKind: JsonValueKind.Object } body ? Encoding.UTF8.GetBytes(body.GetRawText()) : default(ReadOnlyMemory<byte>));
}
