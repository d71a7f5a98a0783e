using System.Net.Http.Headers;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Lab;

/// <summary>Client credentials: with a form it is RFC 6749, with everything in the query it is itsyou.online.</summary>
internal sealed class AccessToken(TokenMaker maker, IReadOnlyList<LabClient> clients)
{
    private const long DefaultValidity = 3600;

    public async Task AnswerAsync(HttpContext http)
    {
        if (http.Request.HasFormContentType) await Rfc6749Async(http, await http.Request.ReadFormAsync());
        else await ItsYouOnlineAsync(http);
    }

    private Task ItsYouOnlineAsync(HttpContext http)
    {
        var query = http.Request.Query;
        if (query["grant_type"] != "client_credentials" || query["response_type"] != "id_token") return EndAsync(http, 400, "unsupported request");
        if (Find(query["client_id"], query["client_secret"]) is not { } client) return EndAsync(http, 401, "unknown client");
        var scopes = query["scope"].ToString().Split(',', StringSplitOptions.RemoveEmptyEntries);
        if (scopes.Any(scope => scope.StartsWith("user:memberof:", StringComparison.Ordinal) && !client.Organizations.Contains(scope["user:memberof:".Length..])))
            return EndAsync(http, 403, "not a member");
        var validity = long.TryParse(query["validity"], out var asked) ? asked : DefaultValidity;
        var claims = new JsonObject
        {
            ["azp"] = client.Id, ["username"] = client.Id, ["globalid"] = client.Id,
            ["scope"] = new JsonArray([.. scopes.Where(scope => scope != "offline_access").Select(scope => (JsonNode)scope)]),
        };
        if (scopes.Contains("offline_access")) claims["refresh_token"] = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));
        return http.Response.WriteAsync(maker.Make(claims, validity));
    }

    private async Task Rfc6749Async(HttpContext http, IFormCollection form)
    {
        var (id, secret) = Credentials(http.Request, form);
        if (Find(id, secret) is not { } client)
        {
            http.Response.Headers.WWWAuthenticate = "Basic realm=\"lab\"";
            await ErrorAsync(http, 401, "invalid_client", "unknown client or wrong secret");
            return;
        }

        var refreshed = form["grant_type"] == "refresh_token" ? maker.Read(form["refresh_token"].ToString()) : null;
        if (form["grant_type"] == "refresh_token" && refreshed?["use"]?.GetValue<string>() != "refresh")
        {
            await ErrorAsync(http, 400, "invalid_grant", "no refresh token of this issuer");
            return;
        }

        if (form["grant_type"] != "client_credentials" && refreshed is null)
        {
            await ErrorAsync(http, 400, "unsupported_grant_type", "");
            return;
        }

        await http.Response.WriteAsJsonAsync(new JsonObject
        {
            ["access_token"] = maker.Make(new JsonObject { ["sub"] = client.Id, ["azp"] = client.Id, ["scope"] = form["scope"].ToString() }, DefaultValidity),
            ["token_type"] = "Bearer",
            ["expires_in"] = DefaultValidity,
            ["refresh_token"] = maker.Make(new JsonObject { ["sub"] = client.Id, ["use"] = "refresh" }, 30 * 86400),
        });
    }

    private static (string? Id, string? Secret) Credentials(HttpRequest request, IFormCollection form)
    {
        if (!AuthenticationHeaderValue.TryParse(request.Headers.Authorization, out var header) || header.Scheme != "Basic") return (form["client_id"], form["client_secret"]);
        var pair = Encoding.UTF8.GetString(Convert.FromBase64String(header.Parameter!)).Split(':', 2);
        return (Uri.UnescapeDataString(pair[0]), Uri.UnescapeDataString(pair[^1]));
    }

    private LabClient? Find(string? id, string? secret) => clients.FirstOrDefault(client => client.Id == id && client.Secret == secret);

    private static Task ErrorAsync(HttpContext http, int status, string error, string description)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsJsonAsync(new JsonObject { ["error"] = error, ["error_description"] = description });
    }

    private static Task EndAsync(HttpContext http, int status, string text)
    {
        http.Response.StatusCode = status;
        return http.Response.WriteAsync(text);
    }
}
