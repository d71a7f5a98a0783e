using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;
using Orchestrator.Server.Api;

namespace Orchestrator.Server.Elsa.Wire;

/// <summary>Answers as an Elsa server gives them: camelCase, ISO dates, unknown ids are 404 without a body, wrong requests 400 with <c>errors</c>.</summary>
internal static class ElsaAnswer
{
    /// <summary>JSON.</summary>
    public static Task JsonAsync(HttpContext context, JsonNode body, int status = StatusCodes.Status200OK) =>
        JsonBody.WriteAsync(context, status, "application/json", writer => body.WriteTo(writer));

    /// <summary>A list that is not paged: <c>{items, count}</c>.</summary>
    public static Task ItemsAsync(HttpContext context, IEnumerable<JsonNode?> items)
    {
        var list = new JsonArray([.. items]);
        return JsonAsync(context, new JsonObject { ["items"] = list, ["count"] = list.Count });
    }

    /// <summary>A status and nothing else.</summary>
    public static Task EmptyAsync(HttpContext context, int status)
    {
        context.Response.StatusCode = status;
        context.Response.ContentLength = status == StatusCodes.Status204NoContent ? null : 0;
        return Task.CompletedTask;
    }

    /// <summary>There is no such thing.</summary>
    public static Task NotFoundAsync(HttpContext context) => EmptyAsync(context, StatusCodes.Status404NotFound);

    /// <summary>A file to save.</summary>
    public static async Task FileAsync(HttpContext context, string name, string type, ReadOnlyMemory<byte> content)
    {
        context.Response.ContentType = type;
        context.Response.ContentLength = content.Length;
        context.Response.Headers.CacheControl = "no-store";
        // Names are ids, which may hold anything: the plain form gets only what needs no escape.
        var plain = string.Concat(name.Select(letter => char.IsAsciiLetterOrDigit(letter) || letter is '.' or '-' or '_' ? letter : '_'));
        context.Response.Headers.ContentDisposition = $"attachment; filename={plain}; filename*=UTF-8''{Uri.EscapeDataString(name)}";
        await context.Response.Body.WriteAsync(content, context.RequestAborted).ConfigureAwait(false);
    }

    /// <summary>The request is refused.</summary>
    public static Task RejectedAsync(HttpContext context, ElsaRejectedException refusal) =>
        JsonBody.WriteAsync(context, StatusCodes.Status400BadRequest, "application/problem+json", writer => new JsonObject
        {
            ["statusCode"] = StatusCodes.Status400BadRequest,
            ["message"] = "One or more errors occurred!",
            ["errors"] = new JsonObject { [refusal.Field] = new JsonArray(refusal.Message) },
        }.WriteTo(writer));
}
