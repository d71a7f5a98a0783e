using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Server.Api.OpenApi;

namespace Orchestrator.Server.Api;

/// <summary>Refuses parameters that a route does not know: a misspelt filter would otherwise list everything.</summary>
internal static class KnownParameters
{
    /// <summary>Puts it before every documented route.</summary>
    public static void Use(IApplicationBuilder app) => app.Use((context, next) =>
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RouteDoc>() is { } doc)
        {
            var known = doc.Query.Select(parameter => parameter.Name).ToList();
            foreach (var name in context.Request.Query.Keys.Where(name => !known.Contains(name)))
                throw ProblemException.Bad($"The parameter {name} is not known here.{Spelling.DidYouMean(name, known)} Known are: {(known.Count == 0 ? "none" : string.Join(", ", known))}.");
        }

        return next(context);
    });
}
