using Microsoft.AspNetCore.Http;

namespace Orchestrator.Lab;

/// <summary>itsyou.online's refresh: the old token, ended or not, as bearer; it must have been made for offline access.</summary>
internal sealed class RefreshedToken(TokenMaker maker)
{
    public Task AnswerAsync(HttpContext http)
    {
        var header = http.Request.Headers.Authorization.ToString();
        var claims = header.StartsWith("bearer ", StringComparison.OrdinalIgnoreCase) ? maker.Read(header["bearer ".Length..]) : null;
        if (claims?["refresh_token"] is null)
        {
            http.Response.StatusCode = StatusCodes.Status401Unauthorized;
            return Task.CompletedTask;
        }

        return http.Response.WriteAsync(maker.Make(claims, long.TryParse(http.Request.Query["validity"], out var validity) ? validity : 3600));
    }
}
