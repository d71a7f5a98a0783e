using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.AspNetCore.Http;

namespace Orchestrator.Lab;

/// <summary>Lets a test say how the next requests fail, and see what came in.</summary>
internal sealed class PlannedFaults
{
    private readonly ConcurrentQueue<int> _statuses = new();

    /// <summary>Method, path and query of every request to the issuer, oldest first.</summary>
    public ConcurrentQueue<string> Seen { get; } = new();

    /// <summary>Takes <c>count</c> and <c>status</c> from the query.</summary>
    public Task Plan(HttpContext http)
    {
        var count = int.Parse(http.Request.Query["count"]!, CultureInfo.InvariantCulture);
        var status = int.Parse(http.Request.Query["status"]!, CultureInfo.InvariantCulture);
        for (var i = 0; i < count; i++) _statuses.Enqueue(status);
        http.Response.StatusCode = StatusCodes.Status204NoContent;
        return Task.CompletedTask;
    }

    /// <summary>Stands before the routes.</summary>
    public Task RunAsync(HttpContext http, RequestDelegate next)
    {
        if (http.Request.Path.StartsWithSegments("/lab", StringComparison.Ordinal)) return next(http);
        Seen.Enqueue($"{http.Request.Method} {http.Request.Path}{http.Request.QueryString}");
        if (!_statuses.TryDequeue(out var status)) return next(http);
        http.Response.StatusCode = status;
        return Task.CompletedTask;
    }
}
