using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Descriptors;

/// <summary>Descriptors of the workflows that other workflows may use as an activity: the published versions that say so.</summary>
internal sealed class WorkflowDescriptors(IStore store)
{
    // What a version shows never changes while it is published.
    private readonly ConcurrentDictionary<string, JsonObject> _made = new(StringComparer.Ordinal);

    /// <summary>All of them.</summary>
    public async Task<IReadOnlyList<JsonObject>> AllAsync(CancellationToken cancellationToken)
    {
        var query = new WorkflowQuery { Versions = WorkflowVersions.Published, UsableAsActivity = true, Order = WorkflowOrder.Name };
        var list = new List<JsonObject>();
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (var workflow in (await store.ListWorkflowsAsync(query, cancellationToken).ConfigureAwait(false)).Items)
        {
            if (!_made.TryGetValue(workflow.Hash, out var made))
            {
                if (await store.ReadDefinitionAsync(workflow.Hash, cancellationToken).ConfigureAwait(false) is not { } json) continue;
                made = _made.GetOrAdd(workflow.Hash, Of(workflow, (JsonObject)JsonNode.Parse(json)!));
            }

            // Two workflows with one name would be one type, which Studio cannot show.
            if (seen.Add((string)made["typeName"]!)) list.Add((JsonObject)made.DeepClone());
        }

        return list;
    }

    /// <summary>The type name of a workflow: its name in PascalCase.</summary>
    public static string TypeName(string name) => string.Concat(
        name.Split([' ', '-', '_', '.', '/'], StringSplitOptions.RemoveEmptyEntries).Select(word => DescriptorShape.Capital(string.Concat(word.Where(char.IsLetterOrDigit)))));

    private static JsonObject Of(StoredWorkflow workflow, JsonObject model)
    {
        var type = TypeName(workflow.Name.Length > 0 ? workflow.Name : workflow.DefinitionId);
        var outcomes = model.Texts("outcomes");
        IEnumerable<JsonObject> ports = [DescriptorShape.Port("Root", "Embedded", isBrowsable: false), .. (outcomes ?? []).Select(outcome => DescriptorShape.Port(outcome, "Flow"))];
        var descriptor = DescriptorShape.Activity(
            type, type, workflow.Version, (model["options"] as JsonObject)?.Text("activityCategory") ?? "Workflows", workflow.Name, workflow.Description,
            Declared(model, "inputs").Select((input, order) => Input(input, order)),
            Declared(model, "outputs").Select((output, order) => Synthetic(DescriptorShape.Output(output.Text("name") ?? "", output.Text("type") ?? "Object", output.Text("displayName") ?? output.Text("name") ?? "", output.Text("description") ?? "", order, isSynthetic: true))),
            ports);
        descriptor.Remove("namespace");
        descriptor["customProperties"] = new JsonObject { ["RootType"] = "WorkflowDefinitionActivity", ["WorkflowDefinitionId"] = workflow.DefinitionId, ["WorkflowDefinitionVersionId"] = workflow.VersionId };
        descriptor["constructionProperties"] = new JsonObject { ["WorkflowDefinitionId"] = workflow.DefinitionId, ["WorkflowDefinitionVersionId"] = workflow.VersionId, ["Version"] = workflow.Version };
        return descriptor;
    }

    private static JsonObject Input(JsonObject declared, int order)
    {
        var input = Synthetic(DescriptorShape.Input(
            declared.Text("name") ?? "", declared.Text("type") ?? "Object", declared.Text("displayName") ?? declared.Text("name") ?? "", declared.Text("description") ?? "", order, declared.Text("uiHint") ?? "singleline"));
        input["isSynthetic"] = true;
        input["category"] = declared.Text("category") ?? "";
        return input;
    }

    private static JsonObject Synthetic(JsonObject argument)
    {
        argument.Remove("isSerializable");
        return argument;
    }

    private static IEnumerable<JsonObject> Declared(JsonObject model, string list) => (model[list] as JsonArray)?.OfType<JsonObject>() ?? [];
}
