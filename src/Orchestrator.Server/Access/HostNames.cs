using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orchestrator.Server.Api;

namespace Orchestrator.Server.Access;

/// <summary>
/// Which names the server answers to. A page of a stranger can point a name of its own at this machine (DNS rebinding); its requests then carry that name and are refused. Addresses cannot be
/// rebound, so they pass; so does <c>localhost</c>; other names must be given with <c>--host</c>.
/// </summary>
internal sealed class HostNames(IReadOnlyList<string> known)
{
    // Health says nothing worth stealing, and whoever probes it through a proxy may use any name.
    private static readonly PathString Probes = "/health";

    /// <summary>True when a request to that host is meant for this server.</summary>
    public bool Allows(HostString host) => host.HasValue && Allows(host.Host);

    /// <summary>True when a request with this Origin header comes from a page of this server; so does one without.</summary>
    public static bool IsOwnOrigin(HttpRequest request)
    {
        var origin = request.Headers.Origin.ToString();
        return origin.Length == 0 || string.Equals(origin, $"{request.Scheme}://{request.Host}", StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>Refuses others.</summary>
    public void Use(IApplicationBuilder app) => app.Use((context, next) => Allows(context.Request.Host) || context.Request.Path.StartsWithSegments(Probes)
        ? next(context)
        : Problem.WriteAsync(context, StatusCodes.Status421MisdirectedRequest, "api.unknownHost", "This server does not answer to that name; `serve --host NAME` adds one."));

    private bool Allows(string name) =>
        IPAddress.TryParse(name.Trim('[', ']'), out _)
        || name.Equals("localhost", StringComparison.OrdinalIgnoreCase)
        || known.Contains(name, StringComparer.OrdinalIgnoreCase);
}
