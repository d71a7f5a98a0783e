using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Planning;

/// <summary>What planning needs.</summary>
public sealed record PlanOptions
{
    /// <summary>The activities.</summary>
    public required ActivityCatalog Activities { get; init; }

    /// <summary>Makes targets.</summary>
    public required OpenTarget OpenTarget { get; init; }

    /// <summary>Finds the plain text of a secret by its reference; throws a failure when it is gone.</summary>
    public required ValueJson.ResolveSecret ResolveSecret { get; init; }

    /// <summary>Finds a called blueprint by name and major version; null = it is not known here. Default: none is.</summary>
    public Func<string, int, CancellationToken, Task<Definition?>> FindDefinition { get; init; } = (_, _, _) => Task.FromResult<Definition?>(null);

    /// <summary>Compiles blueprint text, for the activities that submit blueprints.</summary>
    public CompileBlueprint? Compile { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;
}
