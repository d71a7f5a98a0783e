using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Access;

namespace Orchestrator.Server.Metrics;

/// <summary><c>/metrics</c>: figures for Prometheus and whoever reads its format, and nothing of any run.</summary>
internal sealed class MetricsRoute(ServerMeter meter, Collection collection)
{
    /// <summary>Adds the route.</summary>
    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/metrics", WriteAsync).Needs(Role.Viewer);

    private async Task WriteAsync(HttpContext context)
    {
        await meter.ReadStoreAsync(context.RequestAborted).ConfigureAwait(false);
        context.Response.ContentType = Exposition.ContentType;
        context.Response.Headers.CacheControl = "no-store";
        await context.Response.WriteAsync(collection.Text(), context.RequestAborted).ConfigureAwait(false);
    }
}
