using Orchestrator.Model.Values;

namespace Orchestrator.Model.Scripts;

/// <summary>
/// Runs JavaScript that is more than an expression, outside this process. Fails with <c>script.syntax</c>, <c>script.error</c> (the script threw), <c>script.timeout</c>, <c>script.memory</c> or
/// <c>script.result</c> (what it gave is no data); the message names line and column of the source.
/// </summary>
/// <param name="call">What to run, and on what.</param>
/// <param name="cancellationToken">Kills it.</param>
public delegate Task<ScriptResult> RunScript(ScriptCall call, CancellationToken cancellationToken);

/// <summary>A script and what it sees.</summary>
/// <param name="Source">JavaScript as people write it today; its value is that of <c>return</c>, else of its last expression statement.</param>
/// <param name="Context">What its functions answer.</param>
/// <param name="Deadline">How long it may take; its worker is killed then. Default 5 s, at most 60 s.</param>
public sealed record ScriptCall(string Source, ScriptContext Context, TimeSpan Deadline);

/// <summary>What Elsa's functions (<c>getVariable</c>, <c>getInput</c>, <c>getOutputFrom</c> …) answer, to a pure expression and to a script alike.</summary>
public sealed record ScriptContext
{
    /// <summary>Variables by name, the nearest scope's first; an undeclared one is undefined.</summary>
    public MapValue Variables { get; init; } = Value.EmptyMap;

    /// <summary>The workflow's inputs by name.</summary>
    public MapValue Input { get; init; } = Value.EmptyMap;

    /// <summary>Outputs of activities that completed: activity id, and name where it has one, to a map of output names to values.</summary>
    public MapValue Outputs { get; init; } = Value.EmptyMap;

    /// <summary>Result of the activity that completed last.</summary>
    public Value LastResult { get; init; } = Value.Null;

    /// <summary>Arguments (<c>args</c>), for the expressions of composite activities.</summary>
    public MapValue Arguments { get; init; } = Value.EmptyMap;

    /// <summary>The run.</summary>
    public string RunId { get; init; } = "";

    /// <summary>The workflow's definition id.</summary>
    public string DefinitionId { get; init; } = "";

    /// <summary>The id of this version of it.</summary>
    public string DefinitionVersionId { get; init; } = "";

    /// <summary>The version's number.</summary>
    public int Version { get; init; } = 1;

    /// <summary>The correlation id; null = none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The run's name; null = none.</summary>
    public string? Name { get; init; }

    /// <summary>The instant that the clock answers, UTC.</summary>
    public DateTimeOffset Now { get; init; }

    /// <summary>Seeds <c>newGuid</c> and <c>Math.random</c>, so that a replayed decision gives the same.</summary>
    public long Seed { get; init; }
}

/// <summary>What a script came to.</summary>
public sealed record ScriptResult
{
    /// <summary>Its value; null for undefined.</summary>
    public Value Value { get; init; } = Value.Null;

    /// <summary>Variables it set, by name.</summary>
    public MapValue VariableWrites { get; init; } = Value.EmptyMap;

    /// <summary>Outcomes it set with <c>setOutcome(s)</c>; null when it set none.</summary>
    public IReadOnlyList<string>? Outcomes { get; init; }

    /// <summary>The correlation id it set; null when it set none.</summary>
    public string? CorrelationId { get; init; }

    /// <summary>The run's name it set; null when it set none.</summary>
    public string? Name { get; init; }
}
