using System.Text.Json.Nodes;
using Orchestrator.Engine.Runs;
using Orchestrator.Engine.Storage;
using Orchestrator.Engine.Tests.Kit;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Elsa;

/// <summary>Workflows that wait for the event <c>go</c>, so that something can be done to them, and what the tests of that ask.</summary>
internal static class OpenFlows
{
    public static readonly JsonObject Count = Studio.Variable("n", "N");

    public static Definition Waiting(JsonNode after) => Studio.Definition(Studio.Flow([Studio.Activity("e", "Elsa.Event", "eventName=go"), after], "e after"), new JsonArray(Count.DeepClone()));

    public static Definition First(bool tokens) => Studio.Definition(
        Studio.Flow([Studio.Set("s", Count, "1"), Studio.Activity("e", "Elsa.Event", "eventName=go"), Studio.Activity("old", "test.idempotent")], "s e", "e old"), new JsonArray(Count.DeepClone()), tokens: tokens);

    // The order of the activities is another, so every place in the flow is.
    public static Definition Second(bool tokens) => Version(2, Studio.Definition(
        Studio.Flow([Studio.Activity("new", "test.idempotent"), Studio.Activity("e", "Elsa.Event", "eventName=go"), Studio.Set("s", Count, "1")], "e new", "s e"),
        new JsonArray(Count.DeepClone(), Studio.Variable("added", "Added", "Int32", "7")), tokens: tokens));

    public static Definition Version(int version, Definition definition)
    {
        var json = JsonNode.Parse(definition.Elsa!.Json.Span)!.AsObject();
        (json["version"], json["id"]) = (version, $"flow-v{version}");
        return DefinitionJson.Read(System.Text.Encoding.UTF8.GetBytes(json.ToJsonString()));
    }

    public static WriteSet Published(Definition made) => new()
    {
        Definitions = [new StoredDefinition(made.Hash, made.Name, made.Version, DefinitionJson.Write(made))],
        Workflows =
        [
            new StoredWorkflow(made.Elsa!.VersionId, made.Elsa.DefinitionId, made.Elsa.Version, made.Name, "", null, WorkflowOrigin.Studio, made.Hash, true, true, false, false, false, false, DateTimeOffset.UnixEpoch),
        ],
    };

    public static async Task<string> PublishAsync(Bench bench, Definition definition)
    {
        var made = DefinitionJson.Sealed(definition);
        await bench.Store.CommitAsync(Published(made));
        return made.Hash;
    }

    public static async Task GoAsync(Bench bench, string run)
    {
        await bench.Engine.StimulusAsync(new Stimulus("Elsa.Event", "go", Value.Null, RunId: run), "alice", null, CancellationToken.None);
        bench.Settle();
    }

    public static async Task<Execution> ReadAsync(Bench bench, string run) => (await Executions.ReadAsync(bench.Store, run, CancellationToken.None))!;

    public static async Task<Value> VariableAsync(Bench bench, string run) => (await ReadAsync(bench, run)).Variables.Single(each => each.Name == "N").Value;
}
