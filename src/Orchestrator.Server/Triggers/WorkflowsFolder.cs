using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Elsa.Definitions;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Triggers;

/// <summary>
/// Loads the workflows that lie in a folder as Elsa JSON and publishes them. A file that some version in the store equals is left alone, also when somebody has made newer versions of it since, or
/// deleted it: only a file that changed makes a version.
/// </summary>
internal sealed class WorkflowsFolder(IStore store, Workflows workflows, Func<Task<ActivityTree>> tree, Action<string> say)
{
    /// <summary>Loads every <c>*.json</c> of a folder, in the order of their names; a file that is none is said and passed over. Tells how many versions it made.</summary>
    public async Task<int> LoadAsync(string folder, CancellationToken cancellationToken)
    {
        var made = 0;
        foreach (var file in Directory.EnumerateFiles(folder, "*.json").Order(StringComparer.Ordinal))
        {
            try
            {
                if (await LoadFileAsync(file, cancellationToken).ConfigureAwait(false)) made++;
            }
            catch (Exception wrong) when (wrong is JsonException or ElsaRejectedException or FormatException or InvalidOperationException or IOException or UnauthorizedAccessException)
            {
                say($"{file} was not loaded: {wrong.Message}");
            }
        }

        return made;
    }

    private async Task<bool> LoadFileAsync(string file, CancellationToken cancellationToken)
    {
        var model = JsonNode.Parse(await File.ReadAllBytesAsync(file, cancellationToken).ConfigureAwait(false)) as JsonObject ?? throw new FormatException("it holds no JSON object");
        if (model["root"] is not JsonObject) throw new FormatException("it has no `root`: it is no workflow definition");
        var id = (string?)model["definitionId"] ?? Path.GetFileNameWithoutExtension(file);
        model["definitionId"] = id;
        var wanted = ContentHash(model, await tree().ConfigureAwait(false), id);
        var versions = (await store.ListWorkflowsAsync(new WorkflowQuery { DefinitionIds = [id], WithDeleted = true }, cancellationToken).ConfigureAwait(false)).Items;
        foreach (var version in versions)
        {
            if (version.Origin == WorkflowOrigin.Blueprint) throw new FormatException($"a blueprint has the name `{id}`");
            if (WorkflowModel.ContentHash(await workflows.ModelAsync(version, cancellationToken).ConfigureAwait(false)) == wanted) return false;
        }

        await workflows.SaveAsync(model, publish: true, cancellationToken).ConfigureAwait(false);
        return true;
    }

    private static string ContentHash(JsonObject model, ActivityTree tree, string id)
    {
        var stored = WorkflowModel.Of(model, tree);
        stored["definitionId"] = id;
        return WorkflowModel.ContentHash(stored);
    }
}
