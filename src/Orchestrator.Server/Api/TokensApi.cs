using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Server.Access;
using Orchestrator.Server.Api.OpenApi;

namespace Orchestrator.Server.Api;

/// <summary>API tokens and the audit trail over HTTP.</summary>
internal sealed class TokensApi(AccessParts access, TimeProvider time)
{
    private const int LargestPage = 1000;

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/api/v1/tokens", ListAsync).Needs(Role.Admin).Says(new RouteDoc("Lists API tokens, oldest first; never the tokens themselves.") { Answer = "Tokens" });
        routes.MapPost("/api/v1/tokens", CreateAsync).Needs(Role.Admin).Says(new RouteDoc("Makes an API token. Its text is in this answer only.")
        {
            Body = "NewToken", Status = StatusCodes.Status201Created, Answer = "Token", Problems = [(StatusCodes.Status409Conflict, "The name is taken.")],
        });
        routes.MapDelete("/api/v1/tokens/{id}", RevokeAsync).Needs(Role.Admin).Says(new RouteDoc("Revokes an API token, by id or name, from the next request on.")
        {
            Status = StatusCodes.Status204NoContent, Problems = [(StatusCodes.Status404NotFound, "There is no such token.")],
        });
        routes.MapGet("/api/v1/audit", AuditAsync).Needs(Role.Admin).Says(new RouteDoc("Lists what was refused and what admins did, newest first.")
        {
            Answer = "Audit", Query = [("before", "Only lines with a lower number."), ("limit", "At most this many, 1 to 1000; default 100.")],
        });
    }

    /// <summary>A role by name; a problem that names the nearest otherwise.</summary>
    public static Role ParseRole(string text)
    {
        string[] names = ["viewer", "operator", "admin"];
        return RoleText.Parse(text) ?? throw ProblemException.Bad($"`role` is {text}; expected one of {string.Join(", ", names)}.{Spelling.DidYouMean(text, names)}");
    }

    private async Task ListAsync(HttpContext context)
    {
        var tokens = await access.Tokens.ListAsync(context.RequestAborted).ConfigureAwait(false);
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("tokens");
            foreach (var token in tokens) Write(writer, token, null);
            writer.WriteEndArray();
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private async Task CreateAsync(HttpContext context)
    {
        using var body = await RequestBody.ReadAsync(context).ConfigureAwait(false);
        var name = body.RequiredText("name", "who or what the token is for");
        if (name.Length is 0 or > ApiTokens.LongestName || name.Any(char.IsControl)) throw ProblemException.Bad($"`name` must have 1 to {ApiTokens.LongestName} characters");
        var role = ParseRole(body.RequiredText("role", "viewer, operator or admin"));
        var expiresAt = body.Instant("expiresAt");
        if (expiresAt <= time.GetUtcNow()) throw ProblemException.Bad("`expiresAt` has passed");
        AuditTrail.About(context, $"{name} as {role.Text()}");
        try
        {
            var (token, text) = await access.Tokens.CreateAsync(name, role, expiresAt, context.Caller().Name).ConfigureAwait(false);
            context.Response.Headers.Location = $"/api/v1/tokens/{token.Id}";
            await JsonBody.WriteAsync(context, StatusCodes.Status201Created, "application/json", writer => Write(writer, token, text)).ConfigureAwait(false);
        }
        catch (DuplicateKeyException)
        {
            throw new ProblemException(StatusCodes.Status409Conflict, "api.nameTaken", $"There is a token with the name {name}; revoke it first, or take another name.");
        }
    }

    private async Task RevokeAsync(HttpContext context)
    {
        var id = (string)context.GetRouteValue("id")!;
        if (await access.Tokens.RevokeAsync(id, context.RequestAborted).ConfigureAwait(false) is not { } token) throw ProblemException.Missing($"There is no token {id}.");
        AuditTrail.About(context, token.Name);
        context.Response.StatusCode = StatusCodes.Status204NoContent;
    }

    private async Task AuditAsync(HttpContext context)
    {
        var before = QueryText.Number(context, "before", long.MaxValue, long.MaxValue);
        var limit = (int)QueryText.Number(context, "limit", 100, LargestPage);
        var lines = await access.Audit.ReadAsync(before, limit, context.RequestAborted).ConfigureAwait(false);
        await JsonBody.WriteAsync(context, writer =>
        {
            writer.WriteStartObject();
            writer.WriteStartArray("lines");
            foreach (var line in lines) Write(writer, line);
            writer.WriteEndArray();
            if (lines.Count == limit) writer.WriteString("next", $"/api/v1/audit?limit={limit}&before={lines[^1].Number}");
            writer.WriteEndObject();
        }).ConfigureAwait(false);
    }

    private static void Write(Utf8JsonWriter writer, StoredToken token, string? text)
    {
        writer.WriteStartObject();
        writer.WriteString("id", token.Id);
        writer.WriteString("name", token.Name);
        writer.WriteString("role", token.Role);
        if (text is not null) writer.WriteString("token", text);
        writer.WriteString("createdAt", token.CreatedAt);
        writer.WriteString("createdBy", token.CreatedBy);
        if (token.ExpiresAt is { } expires) writer.WriteString("expiresAt", expires);
        if (token.UsedAt is { } used) writer.WriteString("usedAt", used);
        writer.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter writer, AuditLine line)
    {
        writer.WriteStartObject();
        writer.WriteNumber("number", line.Number);
        writer.WriteString("at", line.At);
        writer.WriteString("by", line.By);
        writer.WriteString("action", line.Action);
        if (line.Subject.Length > 0) writer.WriteString("subject", line.Subject);
        writer.WriteString("outcome", line.Outcome);
        if (line.From.Length > 0) writer.WriteString("from", line.From);
        writer.WriteEndObject();
    }
}
