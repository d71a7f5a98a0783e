using Orchestrator.Model.Definitions;
using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Targets;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Activities;

/// <summary>What an activity gets beside its input. Made by the engine for one attempt of one step.</summary>
public sealed record ActivityContext
{
    /// <summary>Where the step acts. Everything an activity does to the world goes through it.</summary>
    public required Target Target { get; init; }

    /// <summary>Takes one line of log, without line break. Redacted by the engine before it goes anywhere; streamed live; capped per run.</summary>
    public required Action<string> Log { get; init; }

    /// <summary>Takes the secrets that the run has used out of a text, for what an activity leaves behind. Log lines, outputs and failures are cleaned without it.</summary>
    public Func<string, string> Redact { get; init; } = static text => text;

    /// <summary>The clock. Never read another.</summary>
    public required TimeProvider Time { get; init; }

    /// <summary>Id of the run.</summary>
    public required string RunId { get; init; }

    /// <summary>Key of the step in its run, for example <c>hosts[node1]/install</c>.</summary>
    public required string StepKey { get; init; }

    /// <summary>1-based number of the attempt.</summary>
    public int Attempt { get; init; } = 1;

    /// <summary>The same for every attempt of this step in this run: <c>runId/stepKey</c>, or <c>runId/stepKey#n</c> after an operator asked to redo it.</summary>
    public required string IdempotencyKey { get; init; }

    /// <summary>The step's effect after its policy; null = the activity's own. An activity that can work in more than one way (<c>run</c>) chooses by it.</summary>
    public Effect? Effect { get; init; }

    /// <summary>The step's <c>env</c>, values in plain text: pass it to commands, never log it.</summary>
    public IReadOnlyDictionary<string, Secret> Environment { get; init; } = new Dictionary<string, Secret>();

    /// <summary>
    /// Set where the step may be taken back: called before the first change with what the undo must know (<see cref="Check{TOutput}.Intent"/>), and returns when that is on disk. A crash between the change and
    /// its outcome then leaves no doubt whose change it was.
    /// </summary>
    public Func<MapValue?, CancellationToken, Task>? Intend { get; init; }

    /// <summary>Turns blueprint text into a definition; for the activities that submit blueprints.</summary>
    public CompileBlueprint? Compile { get; init; }

    /// <summary>Opens another target by name of the blueprint's <c>targets</c>; throws <c>target.unknown</c>.</summary>
    public Func<string, CancellationToken, Task<Target>>? OpenTarget { get; init; }
}

/// <summary>Compiles blueprint text.</summary>
/// <param name="file">Name for messages.</param>
/// <param name="text">The YAML.</param>
/// <returns>The definition, or null with the errors.</returns>
public delegate (Definition? Definition, IReadOnlyList<Diagnostic> Diagnostics) CompileBlueprint(string file, string text);
