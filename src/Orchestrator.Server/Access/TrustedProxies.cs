using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.HttpOverrides;

namespace Orchestrator.Server.Access;

/// <summary>
/// What a proxy in front says about the client: its address and whether it came over https. Taken from loopback and from addresses given with <c>--trusted-proxy</c>, ignored from anybody else,
/// who could otherwise pass for another address or have a session's cookie made for the wrong scheme.
/// </summary>
internal static class TrustedProxies
{
    /// <summary>Puts the real client and scheme into the request before anything looks at them.</summary>
    public static void Use(IApplicationBuilder app, IReadOnlyList<IPAddress> further)
    {
        // The host's name is not taken: proxies keep it, and what the server answers to must not depend on a second header.
        // Only the last hop: what stands before it in the chain was written by whoever spoke to the proxy.
        var options = new ForwardedHeadersOptions { ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto, ForwardLimit = 1 };
        foreach (var proxy in further) options.KnownProxies.Add(proxy);
        app.UseForwardedHeaders(options);
    }
}
