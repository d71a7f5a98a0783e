using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Access;

namespace Orchestrator.Server.Elsa.Wire;

/// <summary>Adds routes below <c>/elsa/api</c>: each says who may call it, and refusals become 400s in Elsa's shape.</summary>
internal static class ElsaRoutes
{
    /// <summary>Where the API stands.</summary>
    public const string Base = "/elsa/api";

    /// <summary>Reads.</summary>
    public static void Get(this IEndpointRouteBuilder routes, string path, RequestDelegate answer) => routes.Add(HttpMethods.Get, path, Role.Viewer, answer);

    /// <summary>Any other.</summary>
    public static void Add(this IEndpointRouteBuilder routes, string method, string path, Role least, RequestDelegate answer) =>
        routes.MapMethods(Base + path, [method], context => AnswerAsync(context, answer)).Needs(least);

    private static async Task AnswerAsync(HttpContext context, RequestDelegate answer)
    {
        try
        {
            await answer(context).ConfigureAwait(false);
        }
        catch (ElsaRejectedException refusal)
        {
            await ElsaAnswer.RejectedAsync(context, refusal).ConfigureAwait(false);
        }
    }
}
