using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.SignalR;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Engine.Runs;
using Orchestrator.Server.Access;
using Orchestrator.Server.Elsa.Definitions;
using Orchestrator.Server.Elsa.Descriptors;
using Orchestrator.Server.Elsa.Executions;
using Orchestrator.Server.Elsa.Instances;
using Orchestrator.Server.Elsa.Live;
using Orchestrator.Server.Elsa.Wire;
using Orchestrator.Server.Triggers;

namespace Orchestrator.Server.Elsa;

/// <summary>Elsa's HTTP API, as far as Elsa Studio and its scripts need it: the other face of the same store and engine.</summary>
internal static class ElsaApi
{
    // A sibling of the API and not below it: Studio replaces the last segment of the API's address.
    private const string Hub = "/elsa/hubs/workflow-instance";

    /// <summary>Adds what the routes are made of.</summary>
    public static void AddServices(IServiceCollection services, ServerOptions options)
    {
        services.AddSignalR();
        services.AddSingleton(new KnownActivities(options.Activities, options.Store));
        services.AddSingleton(provider => new Workflows(options.Store, options.Time, provider.GetRequiredService<KnownActivities>().TreeAsync));
        services.AddSingleton(new AlterationPlans(options));
        services.AddSingleton(new ExecutionBook(options.Store));
        services.AddSingleton(provider => new InstanceBook(options.Store, provider.GetRequiredService<ExecutionBook>(), provider.GetRequiredService<Workflows>()));
        services.AddSingleton(provider => new LiveRuns(
            provider.GetRequiredService<IHubContext<WorkflowInstanceHub>>(), new LiveSource(options.Store, provider.GetRequiredService<InstanceBook>()), options.Time));
    }

    /// <summary>Goes on with what was under way when the process died.</summary>
    public static Task ResumeAsync(IServiceProvider services) => services.GetRequiredService<AlterationPlans>().ResumeAsync();

    /// <summary>Adds every route below <c>/elsa</c>; gives what loads workflows from a folder.</summary>
    public static WorkflowsFolder Map(IEndpointRouteBuilder routes, ServerOptions options, StudioIndex index)
    {
        var activities = routes.ServiceProvider.GetRequiredService<KnownActivities>();
        var workflows = routes.ServiceProvider.GetRequiredService<Workflows>();
        workflows.Changed = index.SyncAsync;
        var instances = routes.ServiceProvider.GetRequiredService<InstanceBook>();
        new DescriptorsApi(activities, options.Version).Map(routes);
        new DefinitionsApi(workflows).Map(routes);
        new EditingApi(workflows).Map(routes);
        new FilesApi(workflows, options.Time).Map(routes);
        new GraphApi(workflows, activities).Map(routes);
        new ScriptTypesApi(workflows).Map(routes);
        new InstancesApi(instances, options.Store).Map(routes);
        new ChangingApi(options, instances).Map(routes);
        new ExecutingApi(options, workflows, instances).Map(routes);
        new InstanceFilesApi(options, instances).Map(routes);
        new AlterationsApi(options, routes.ServiceProvider.GetRequiredService<AlterationPlans>()).Map(routes);
        new StimuliApi(options, instances).Map(routes);
        new ExecutionsApi(instances).Map(routes);
        new ActivityTestApi(options, workflows, instances).Map(routes);
        new OtherApi(options).Map(routes);
        routes.MapHub<WorkflowInstanceHub>(Hub).Needs(Role.Viewer).WithMetadata(LongAnswer.Marker);
        // Elsa's clients take a 404 without a body for "no such thing".
        routes.MapFallback(ElsaRoutes.Base + "/{**rest}", ElsaAnswer.NotFoundAsync).Needs(Role.Viewer);
        return new WorkflowsFolder(options.Store, workflows, activities.TreeAsync, options.Say);
    }
}
