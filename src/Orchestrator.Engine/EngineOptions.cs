using System.Diagnostics.Metrics;
using Orchestrator.Engine.Storage;
using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine;

/// <summary>What an engine is made of.</summary>
public sealed record EngineOptions
{
    /// <summary>Where runs live; opened as owner.</summary>
    public required IStore Store { get; init; }

    /// <summary>The activities.</summary>
    public required ActivityCatalog Activities { get; init; }

    /// <summary>Makes targets.</summary>
    public required OpenTarget OpenTarget { get; init; }

    /// <summary>Compiles blueprint text, for the activities that submit blueprints.</summary>
    public CompileBlueprint? Compile { get; init; }

    /// <summary>Runs the scripts of workflows made in Studio. Null = such a step fails with <c>script.unavailable</c>.</summary>
    public Model.Scripts.RunScript? RunScript { get; init; }

    /// <summary>Starts what a stimulus triggers, besides the runs that wait for it, and tells how many; called again with the same key after a crash, and tells the same number then. Default nothing.</summary>
    public Func<Stimulus, string, CancellationToken, Task<int>>? Trigger { get; init; }

    /// <summary>Seals and opens secrets at rest.</summary>
    public required SecretSeal Seal { get; init; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; init; } = TimeProvider.System;

    /// <summary>Seed for jitter and ids; null = from the system. Tests give one.</summary>
    public int? Seed { get; init; }

    /// <summary>How many activities run at once. Default 64.</summary>
    public int MaxConcurrentActivities { get; init; } = 64;

    /// <summary>Gets a run's id (empty for the engine as a whole) and a sentence when something is not as it must be; other runs go on. Default nobody.</summary>
    public Action<string, string>? OnAlarm { get; init; }

    /// <summary>On which the engine counts what it does; one engine's own. Default none: it counts nothing.</summary>
    public Meter? Meter { get; init; }

    /// <summary>Runs attempts instead of the thread pool; for simulations that choose the order. Default none.</summary>
    internal Action<Action>? Dispatch { get; init; }
}

/// <summary>Turns plain text of a secret into what may be stored, and back.</summary>
/// <param name="Protect">Seals; the same text gives different bytes each time.</param>
/// <param name="Unprotect">Opens; throws a failure <c>secret.unreadable</c> when the key is another or the bytes were changed.</param>
public sealed record SecretSeal(Func<string, byte[]> Protect, Func<byte[], string> Unprotect);

/// <summary>A request to start a run.</summary>
/// <param name="Definition">What to run.</param>
/// <param name="Inputs">Its inputs as given, before defaults. Checked against the definition.</param>
/// <param name="StartKey">Idempotency key: a second start with the same key gives the first run. Null = none.</param>
/// <param name="Labels">Added to the blueprint's own.</param>
/// <param name="By">Who asks.</param>
/// <param name="FromText">True when texts among the inputs come from a command line and are read as the declared types.</param>
/// <param name="Settles">The occurrence of a trigger that this start settles, in the same commit; the engine puts the run's id in. Null = no trigger asked.</param>
/// <param name="NextDue">When a schedule comes next, stored with it; null = never again. Only with <paramref name="Settles"/> of a schedule.</param>
/// <param name="Studio">For a workflow made in Studio: correlation id, name, and what triggered it. Null = none.</param>
public sealed record StartRun(
    Definition Definition, MapValue Inputs, string? StartKey = null, IReadOnlyDictionary<string, string>? Labels = null, string By = "cli", bool FromText = false,
    StoredFiring? Settles = null, ScheduleStep? NextDue = null, StudioStart? Studio = null);

/// <summary>What only a start of a workflow made in Studio says.</summary>
/// <param name="CorrelationId">Correlation id; null = none.</param>
/// <param name="Name">Name of the run; null = none.</param>
/// <param name="Trigger">Id or node id of the activity whose stimulus starts it; null when nothing but a person does.</param>
/// <param name="Payload">What that stimulus carries; null = nothing.</param>
public sealed record StudioStart(string? CorrelationId = null, string? Name = null, string? Trigger = null, Value? Payload = null);

/// <summary>Where a schedule goes on after an occurrence.</summary>
/// <param name="Due">The next time, UTC; null = never again.</param>
public sealed record ScheduleStep(DateTimeOffset? Due);
