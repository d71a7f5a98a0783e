using System.IO.Compression;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Storage;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Definitions;

/// <summary>Workflows as files: export as JSON, several as zip; import of models, of files and of zips.</summary>
internal sealed class FilesApi(Workflows workflows, TimeProvider time)
{
    private const int MostFiles = 1000;
    private const long LargestFile = 2 * 1024 * 1024;
    private static readonly JsonSerializerOptions Indented = new() { WriteIndented = true };

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/workflow-definitions/{definitionId}/export", ExportAsync);
        routes.Add(HttpMethods.Post, "/workflow-definitions/{definitionId}/export", Role.Viewer, ExportAsync);
        routes.Add(HttpMethods.Post, "/bulk-actions/export/workflow-definitions", Role.Viewer, ExportManyAsync);
        routes.Add(HttpMethods.Post, "/workflow-definitions/import", Role.Admin, context => ImportAsync(context, null));
        routes.Add(HttpMethods.Put, "/workflow-definitions/{definitionId}/import", Role.Admin, context => ImportAsync(context, context.Path("definitionId")));
        routes.Add(HttpMethods.Post, "/workflow-definitions/import-files", Role.Admin, ImportFilesAsync);
    }

    private async Task ExportAsync(HttpContext context)
    {
        if (await workflows.FindAsync(context.Path("definitionId"), context.Text("versionOptions") ?? "Latest", context.RequestAborted).ConfigureAwait(false) is not { } workflow)
        {
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
            return;
        }

        if (context.Flag("includeConsumingWorkflows") != true)
        {
            await ElsaAnswer.FileAsync(context, FileName(workflow), "application/octet-stream", await FileAsync(workflow, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
            return;
        }

        var all = new List<StoredWorkflow> { workflow };
        foreach (var id in await workflows.ConsumersAsync(workflow.DefinitionId, context.RequestAborted).ConfigureAwait(false))
            if (await workflows.FindAsync(id, "Latest", context.RequestAborted).ConfigureAwait(false) is { } consumer) all.Add(consumer);
        await ZipAsync(context, all).ConfigureAwait(false);
    }

    private async Task ExportManyAsync(HttpContext context)
    {
        var ids = (await context.BodyAsync().ConfigureAwait(false)).Texts("ids") ?? throw new ElsaRejectedException("ids", "`ids` is missing: the ids of the versions to export.");
        var found = (await workflows.ListAsync(new WorkflowQuery { VersionIds = [.. ids.Take(MostFiles)] }, context.RequestAborted).ConfigureAwait(false)).Items;
        if (found.Count == 0) await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
        else await ZipAsync(context, found).ConfigureAwait(false);
    }

    private async Task ZipAsync(HttpContext context, IReadOnlyList<StoredWorkflow> found)
    {
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var workflow in found)
            {
                var entry = zip.CreateEntry(FileName(workflow));
                entry.LastWriteTime = time.GetUtcNow();
                var content = entry.Open();
                await using (content.ConfigureAwait(false)) await content.WriteAsync(await FileAsync(workflow, context.RequestAborted).ConfigureAwait(false), context.RequestAborted).ConfigureAwait(false);
            }
        }

        await ElsaAnswer.FileAsync(context, "workflow-definitions.zip", "application/zip", buffer.ToArray()).ConfigureAwait(false);
    }

    private async Task<byte[]> FileAsync(StoredWorkflow workflow, CancellationToken cancellationToken) =>
        JsonSerializer.SerializeToUtf8Bytes(DefinitionShape.Exported(workflow, await workflows.ModelAsync(workflow, cancellationToken).ConfigureAwait(false)), Indented);

    private static string FileName(StoredWorkflow workflow)
    {
        var name = string.Concat(workflow.Name.ToLowerInvariant().Select(letter => char.IsLetterOrDigit(letter) ? letter : '-'));
        return $"workflow-definition-{name}-{workflow.DefinitionId}-{workflow.VersionId}.json";
    }

    private async Task ImportAsync(HttpContext context, string? definitionId)
    {
        var model = await context.BodyAsync().ConfigureAwait(false);
        if (definitionId is not null) model["definitionId"] = definitionId;
        if (model["root"] is not JsonObject) throw new ElsaRejectedException("root", "`root` is missing: this is no workflow definition.");
        var (workflow, stored) = await workflows.SaveAsync(model, publish: false, context.RequestAborted).ConfigureAwait(false);
        await ElsaAnswer.JsonAsync(context, DefinitionShape.Full(workflow, stored)).ConfigureAwait(false);
    }

    private async Task ImportFilesAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType) throw new ElsaRejectedException(ElsaRejectedException.Whole, "expected multipart/form-data with files");
        var imported = 0;
        foreach (var file in (await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false)).Files)
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content, context.RequestAborted).ConfigureAwait(false);
            foreach (var model in Models(file.FileName, content))
            {
                await workflows.SaveAsync(model, publish: false, context.RequestAborted).ConfigureAwait(false);
                imported++;
            }
        }

        await ElsaAnswer.JsonAsync(context, new JsonObject { ["count"] = imported }).ConfigureAwait(false);
    }

    private static List<JsonObject> Models(string name, MemoryStream content)
    {
        if (!name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase)) return [Model(name, content.ToArray())];
        var models = new List<JsonObject>();
        try
        {
            using var zip = new ZipArchive(content, ZipArchiveMode.Read);
            foreach (var entry in zip.Entries.Where(entry => entry.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase)).Take(MostFiles))
            {
                using var opened = entry.Open();
                models.Add(Model(entry.FullName, Limited(entry.FullName, opened)));
            }
        }
        catch (InvalidDataException wrong)
        {
            throw new ElsaRejectedException("files", $"{name}: {wrong.Message}");
        }

        return models;
    }

    // A small zip may hold much: what counts is what is read, not what it says.
    private static byte[] Limited(string name, Stream stream)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (var read = stream.Read(chunk); read > 0; read = stream.Read(chunk))
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > LargestFile) throw new ElsaRejectedException("files", $"{name} is larger than {LargestFile} bytes.");
        }

        return buffer.ToArray();
    }

    private static JsonObject Model(string name, byte[] json)
    {
        try
        {
            return JsonNode.Parse(json) is JsonObject model && model["root"] is JsonObject ? model : throw new ElsaRejectedException("files", $"{name} is no workflow definition: it has no root.");
        }
        catch (JsonException wrong)
        {
            throw new ElsaRejectedException("files", $"{name}: {wrong.Message}");
        }
    }
}
