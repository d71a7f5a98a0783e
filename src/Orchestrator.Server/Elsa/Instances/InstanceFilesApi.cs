using System.IO.Compression;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa.Instances;

/// <summary>Instances as files: export of one and of many, and import of what was exported.</summary>
internal sealed class InstanceFilesApi(ServerOptions options, InstanceBook instances)
{
    private const int MostFiles = 1000;
    private const int LargestBody = 32 * 1024 * 1024;
    private const int LargestFile = 16 * 1024 * 1024;
    private const long LargestContent = 64 * 1024 * 1024;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.Get("/workflow-instances/{id}/export", ExportOneAsync);
        routes.Add(HttpMethods.Post, "/bulk-actions/export/workflow-instances", Role.Viewer, ExportManyAsync);
        routes.Add(HttpMethods.Post, "/bulk-actions/import/workflow-instances", Role.Admin, ImportAsync);
    }

    private async Task ExportOneAsync(HttpContext context)
    {
        if (await instances.FindAsync(context.Path("id"), context.RequestAborted).ConfigureAwait(false) is not { } instance)
            await ElsaAnswer.NotFoundAsync(context).ConfigureAwait(false);
        else
            await ElsaAnswer.FileAsync(context, $"workflow-instance-{instance.Run.RunId}.json", "application/octet-stream", await FileOfAsync(instance, context.RequestAborted).ConfigureAwait(false)).ConfigureAwait(false);
    }

    private async Task ExportManyAsync(HttpContext context)
    {
        var ids = (await context.BodyAsync().ConfigureAwait(false)).Texts("ids") ?? throw new ElsaRejectedException("ids", "`ids` is missing: the runs to export.");
        using var buffer = new MemoryStream();
        using (var zip = new ZipArchive(buffer, ZipArchiveMode.Create, leaveOpen: true))
        {
            foreach (var id in ids.Distinct(StringComparer.Ordinal).Take(MostFiles))
            {
                if (await instances.FindAsync(id, context.RequestAborted).ConfigureAwait(false) is not { } instance) continue;
                var content = zip.CreateEntry($"workflow-instance-{id}.json").Open();
                await using (content.ConfigureAwait(false)) await content.WriteAsync(await FileOfAsync(instance, context.RequestAborted).ConfigureAwait(false), context.RequestAborted).ConfigureAwait(false);
            }
        }

        await ElsaAnswer.FileAsync(context, "workflow-instances.zip", "application/zip", buffer.ToArray()).ConfigureAwait(false);
    }

    private async Task<byte[]> FileOfAsync(Instance instance, CancellationToken cancellationToken)
    {
        var workflow = await instances.VersionOfAsync(instance.Run, cancellationToken).ConfigureAwait(false);
        return await InstanceFile.WriteAsync(instance, workflow, options.Store, cancellationToken).ConfigureAwait(false);
    }

    // Each file is imported or refused by itself, so that sending all of them again brings in what is missing.
    private async Task ImportAsync(HttpContext context)
    {
        if (!context.Request.HasFormContentType) throw new ElsaRejectedException(ElsaRejectedException.Whole, "expected multipart/form-data with files");
        if (context.Features.Get<IHttpMaxRequestBodySizeFeature>() is { IsReadOnly: false } size) size.MaxRequestBodySize = LargestBody;
        var (count, refused, left, files) = (0, new JsonArray(), LargestContent, 0);
        foreach (var file in (await context.Request.ReadFormAsync(context.RequestAborted).ConfigureAwait(false)).Files)
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content, context.RequestAborted).ConfigureAwait(false);
            foreach (var (name, open) in Entries(file.FileName, content))
            {
                if (++files > MostFiles) throw new ElsaRejectedException("files", $"at most {MostFiles} files can be imported at once; {count} were, send the others again.");
                if (await RefusedAsync(open, context) is { } reason) refused.Add(new JsonObject { ["file"] = name, ["reason"] = reason });
                else count++;
            }
        }

        await ElsaAnswer.JsonAsync(context, new JsonObject { ["count"] = count, ["refused"] = refused }).ConfigureAwait(false);

        async Task<string?> RefusedAsync(Func<Stream> open, HttpContext asked)
        {
            try
            {
                using var stream = open();
                var bytes = Limited(stream, Math.Min(LargestFile, left));
                left -= bytes.Length;
                return await InstanceFile.Read(bytes).RestoreAsync(options.Store, asked.Caller().Name, options.Time.GetUtcNow()).ConfigureAwait(false);
            }
            catch (Exception wrong) when (wrong is FormatException or InvalidDataException)
            {
                return wrong.Message;
            }
        }
    }

    private static IEnumerable<(string Name, Func<Stream> Open)> Entries(string name, MemoryStream content)
    {
        content.Position = 0;
        if (!name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))
        {
            yield return (name, () => content);
            yield break;
        }

        ZipArchive? zip = null;
        InvalidDataException? broken = null;
        try
        {
            zip = new ZipArchive(content, ZipArchiveMode.Read);
        }
        catch (InvalidDataException wrong)
        {
            broken = wrong;
        }

        if (zip is null)
        {
            yield return (name, () => throw broken!);
            yield break;
        }

        using (zip)
            foreach (var entry in zip.Entries.Where(entry => entry.Name.EndsWith(".json", StringComparison.OrdinalIgnoreCase))) yield return (entry.FullName, entry.Open);
    }

    // A small zip may hold much: what counts is what is read, not what it says.
    private static byte[] Limited(Stream stream, long limit)
    {
        using var buffer = new MemoryStream();
        var chunk = new byte[16 * 1024];
        for (var read = stream.Read(chunk); read > 0; read = stream.Read(chunk))
        {
            buffer.Write(chunk, 0, read);
            if (buffer.Length > limit) throw new FormatException($"it is larger than {LargestFile} bytes, or all together than {LargestContent}");
        }

        return buffer.ToArray();
    }
}
