using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api.OpenApi;

namespace Orchestrator.Server.Api;

/// <summary>Secrets over HTTP: names come out, values only go in.</summary>
internal sealed class SecretsApi(ServerOptions options)
{
    private const string Prefix = "store:";
    private const int LongestName = 200;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/secrets", ListAsync).Needs(Role.Admin).Says(new RouteDoc("Lists the names of stored secrets; never their values.") { Answer = "Secrets" });
        routes.MapPut("/api/v1/secrets/{**name}", SetAsync).Needs(Role.Admin).Says(new RouteDoc("Keeps a secret, sealed, under a name; replaces an older one.") { Body = "NewSecret", Status = StatusCodes.Status204NoContent });
        routes.MapDelete("/api/v1/secrets/{**name}", RemoveAsync).Needs(Role.Admin).Says(new RouteDoc("Forgets a secret.")
        {
            Status = StatusCodes.Status204NoContent, Problems = [(StatusCodes.Status404NotFound, "There is no such secret.")],
        });
    }

    private async Task ListAsync(HttpContext context)
    {
        var references = await options.Store.ListSecretsAsync(Prefix, context.RequestAborted).ConfigureAwait(false);
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("secrets");
            foreach (var reference in references)
            {
                writer.WriteStartObject();
                writer.WriteString("name", reference[Prefix.Length..]);
                writer.WriteString("reference", reference);
                writer.WriteEndObject();
            }

            writer.WriteEndArray();
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task SetAsync(HttpContext context)
    {
        var name = Name(context);
        using var body = await RequestBody.ReadAsync(context).ConfigureAwait(false);
        var value = body.RequiredText("value", "the plain text");
        if (value.Length == 0) throw ProblemException.Bad("`value` is empty");
        await options.Store.CommitAsync(new WriteSet { Secrets = [(Prefix + name, options.Seal.Protect(value))] }).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task RemoveAsync(HttpContext context)
    {
        var name = Name(context);
        if (await options.Store.ReadSecretAsync(Prefix + name, context.RequestAborted).ConfigureAwait(false) is null)
        {
            var known = await options.Store.ListSecretsAsync(Prefix, context.RequestAborted).ConfigureAwait(false);
            throw ProblemException.Missing($"There is no secret {Prefix}{name}.{Spelling.DidYouMean(name, known.Select(reference => reference[Prefix.Length..]))}");
        }

        await options.Store.CommitAsync(new WriteSet { RemoveSecrets = [Prefix + name] }).ConfigureAwait(false);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private static string Name(HttpContext context) =>
        context.GetRouteValue("name") is string { Length: > 0 and <= LongestName } name && !name.Any(char.IsControl) ? name : throw ProblemException.Bad($"A secret's name has 1 to {LongestName} characters");
}
