using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Definitions;
using Orchestrator.Server.Elsa.Descriptors;
using Orchestrator.Server.Elsa.Executions;
using Orchestrator.Server.Elsa.Instances;
using Orchestrator.Server.Elsa.Wire;

namespace Orchestrator.Server.Elsa;

/// <summary>Elsa's HTTP API, as far as Elsa Studio and its scripts need it: the other face of the same store and engine.</summary>
internal static class ElsaApi
{
    /// <summary>Adds every route below <c>/elsa</c>.</summary>
    public static void Map(IEndpointRouteBuilder routes, ServerOptions options)
    {
        var activities = new KnownActivities(options.Activities, options.Store);
        var workflows = new Workflows(options.Store, options.Time, activities.TreeAsync);
        new DescriptorsApi(activities, options.Version).Map(routes);
        new DefinitionsApi(workflows).Map(routes);
        new EditingApi(workflows).Map(routes);
        var instances = new InstanceBook(options.Store, workflows);
        new InstancesApi(instances, options.Store).Map(routes);
        new ChangingApi(options, instances).Map(routes);
        new ExecutingApi(options, workflows, instances).Map(routes);
        new ExecutionsApi(instances).Map(routes);
        // Elsa's clients take a 404 without a body for "no such thing".
        routes.MapFallback(ElsaRoutes.Base + "/{**rest}", ElsaAnswer.NotFoundAsync).Needs(Role.Viewer);
    }
}
