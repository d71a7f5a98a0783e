using System.Diagnostics.Metrics;
using System.Net;
using Orchestrator.Activities;
using Orchestrator.Activities.Targets;
using Orchestrator.Engine;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Targets;

namespace Orchestrator.Server;

/// <summary>What a server is made of.</summary>
public sealed record ServerOptions
{
    /// <summary>Where it listens, for example <c>http://127.0.0.1:8700</c>.</summary>
    public required string Listen { get; init; }

    /// <summary>The data folder; the admin token is in it.</summary>
    public required string DataFolder { get; init; }

    /// <summary>The store, opened as owner.</summary>
    public required IStore Store { get; init; }

    /// <summary>The engine, open and moving.</summary>
    public required WorkflowEngine Engine { get; init; }

    /// <summary>The meter on which store and engine count, and the server too: what <c>/metrics</c> shows. Its owner disposes it.</summary>
    public required Meter Meter { get; init; }

    /// <summary>Compiles blueprints that come in.</summary>
    public required CompileBlueprint Compile { get; init; }

    /// <summary>The activities that workflows may use. Default: the built-in ones.</summary>
    public ActivityCatalog Activities { get; init; } = new(BuiltinActivities.All());

    /// <summary>Makes targets, for plans. Default: the built-in ones.</summary>
    public OpenTarget OpenTarget { get; init; } = BuiltinTargets.OpenAsync;

    /// <summary>Seals secrets.</summary>
    public required SecretSeal Seal { get; init; }

    /// <summary>Version of the program.</summary>
    public required string Version { get; init; }

    /// <summary>Names under which the server is reached, besides <c>localhost</c> and addresses.</summary>
    public IReadOnlyList<string> Hosts { get; init; } = [];

    /// <summary>Proxies that are believed what they say about the client, besides those on loopback.</summary>
    public IReadOnlyList<IPAddress> TrustedProxies { get; init; } = [];

    /// <summary>Who signs in with the link that is printed at the start. Null = no link is printed.</summary>
    public string? Owner { get; init; }

    /// <summary>The engine's way to start what an event triggers; null = the engine was opened without one, and events only wake runs.</summary>
    public Triggers.TriggerLink? Triggers { get; init; }

    /// <summary>A folder with workflows as Elsa JSON, loaded and published at the start; null = none.</summary>
    public string? WorkflowsFolder { get; init; }

    /// <summary>True when webhooks with <c>verify: none</c> may take deliveries from anybody.</summary>
    public bool AllowUnverifiedHooks { get; init; }

    /// <summary>How long the token works that a page gets of its session for Elsa Studio; the page fetches the next one before its end. Default 8 hours, which is the most: an unused session ends then too.</summary>
    public TimeSpan SessionTokenLife { get; init; } = TimeSpan.FromHours(8);

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Gets the address once it listens, before anybody else is told.</summary>
    public Action<string> Listening { get; init; } = _ => { };

    /// <summary>Gets a line for people when the server listens and when it stops.</summary>
    public Action<string> Say { get; init; } = _ => { };
}
