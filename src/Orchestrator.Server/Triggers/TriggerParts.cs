using Microsoft.AspNetCore.Routing;
using Orchestrator.Server.Hooks;
using Orchestrator.Server.Metrics;

namespace Orchestrator.Server.Triggers;

/// <summary>Everything that starts runs by itself, made once for a server.</summary>
internal sealed class TriggerParts : IAsyncDisposable
{
    private readonly HookDoor _hooks;
    private readonly EndpointDoor _endpoints;
    private readonly TriggersApi _api;

    /// <summary>Makes them.</summary>
    public TriggerParts(ServerOptions options, ServerMeter meter)
    {
        var definitions = new LiveDefinitions(options.Store);
        var start = new TriggerStart(options, definitions);
        Index = new TriggerIndex(options.Store, options.Time, definitions, options.Say);
        _hooks = new HookDoor(options, definitions, start, meter);
        _endpoints = new EndpointDoor(options, new EndpointRoutes(options.Store, definitions), start);
        Studio = new StudioIndex(options.Store, Index, definitions, options.Say);
        _api = new TriggersApi(options, Index, definitions, _hooks);
        options.Triggers?.Connect(new EventStart(options, start).RunAsync);
        Timetable = new Timetable(options, Index, start);
    }

    /// <summary>Which triggers are live.</summary>
    public TriggerIndex Index { get; }

    /// <summary>Keeps the index equal to what is published in Studio.</summary>
    public StudioIndex Studio { get; }

    /// <summary>What fires schedules.</summary>
    public Timetable Timetable { get; }

    /// <summary>Adds the routes.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        _hooks.Map(routes);
        _endpoints.Map(routes);
        _api.Map(routes);
    }

    /// <summary>Schedules fire from now on.</summary>
    public void Start() => Timetable.Start();

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await Timetable.DisposeAsync().ConfigureAwait(false);
        Studio.Dispose();
    }
}
