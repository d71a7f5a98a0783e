using Orchestrator.Model.Diagnostics;
using Orchestrator.Model.Expressions;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Definitions;

/// <summary>An activity in a definition: a leaf that does something, or a container whose children do.</summary>
public sealed record ActivityNode
{
    /// <summary>
    /// The step's id, unique in the blueprint. Activities that the compiler adds carry the id of the step they serve and a suffix after a hyphen, which no step
    /// id can have: <c>deploy-if</c>.
    /// </summary>
    public required string Id { get; init; }

    /// <summary>A name of <see cref="ActivityTypes"/>, or an activity of the catalog such as <c>firewall.open</c>.</summary>
    public required string Type { get; init; }

    /// <summary>Major version of the activity, pinned at compile time.</summary>
    public int Version { get; init; } = 1;

    /// <summary>For people. Default: the id.</summary>
    public string Name { get; init; } = "";

    /// <summary>Where the step stands in the blueprint.</summary>
    public SourceSpan Span { get; init; }

    /// <summary>The inputs by name. Which names a container takes is said at its type in <see cref="ActivityTypes"/>.</summary>
    public IReadOnlyDictionary<string, Expression> Inputs { get; init; } = new Dictionary<string, Expression>();

    /// <summary>How it is run.</summary>
    public StepPolicy Policy { get; init; } = StepPolicy.Default;

    /// <summary>Children of a Flowchart, in order of the source. Empty for other types.</summary>
    public IReadOnlyList<ActivityNode> Activities { get; init; } = [];

    /// <summary>Connections of a Flowchart.</summary>
    public IReadOnlyList<Connection> Connections { get; init; } = [];

    /// <summary>Id of the child a Flowchart starts with; null = the first without an inbound connection.</summary>
    public string? Start { get; init; }

    /// <summary>Bodies of a container by role: <c>body</c>, <c>rescue</c>, <c>always</c>; each a Flowchart.</summary>
    public IReadOnlyDictionary<string, ActivityNode> Bodies { get; init; } = new Dictionary<string, ActivityNode>();

    /// <summary>Properties of an Elsa activity that mean nothing to us, kept as they came so that what Studio made survives. Empty for compiled blueprints.</summary>
    public MapValue Extra { get; init; } = Value.EmptyMap;
}

/// <summary>A connection of a Flowchart.</summary>
/// <param name="Source">Id of the activity it leaves.</param>
/// <param name="Port">The outcome that follows it; null or <c>Done</c> = plain completion; <c>True</c>/<c>False</c> at a decision.</param>
/// <param name="Target">Id of the activity it leads to.</param>
public sealed record Connection(string Source, string? Port, string Target);

/// <summary>
/// The types the engine itself knows. Everything else is looked up in the activity catalog.
/// </summary>
public static class ActivityTypes
{
    /// <summary>Children joined by connections. An activity with several inbound connections waits for all that are still possible.</summary>
    public const string Flowchart = "Elsa.Flowchart";

    /// <summary>Input <c>condition</c>; outcomes <c>True</c> and <c>False</c>. A step with <c>if</c> is preceded by one.</summary>
    public const string FlowDecision = "Elsa.FlowDecision";

    /// <summary>A no-op from which the branches of a parallel fan out.</summary>
    public const string Fork = "Elsa.FlowFork";

    /// <summary>Bodies <c>body</c>, optional <c>rescue</c> (runs when the body fails, and handles the failure) and <c>always</c> (runs last in any case).</summary>
    public const string Block = "Orchestrator.Block";

    /// <summary>Body <c>body</c> whose branches run concurrently; input <c>failFast</c> (default true: the first failure cancels the rest).</summary>
    public const string Parallel = "Orchestrator.Parallel";

    /// <summary>
    /// Body <c>body</c>, once an item; inputs <c>in</c> (a list), <c>as</c> (constant, default item), <c>key</c> (expression over the item, default: the item), <c>limit</c> (default 8),
    /// <c>failFast</c> (default true). Output: <c>items</c>, a map from key to that item's step outputs.
    /// </summary>
    public const string ForEach = "Orchestrator.ForEach";

    /// <summary>Runs another definition as a child run; inputs <c>blueprint</c> (constant <c>name@major</c>), <c>with</c> (a map), <c>detached</c> (default false). Output: the child's outputs, plus <c>runId</c>.</summary>
    public const string Call = "Orchestrator.Call";

    /// <summary>Waits for a time or a signal; inputs <c>duration</c>, or <c>until</c> (an instant), or <c>signal</c> with optional <c>timeout</c>. Output: the signal's payload as <c>payload</c>.</summary>
    public const string Wait = "Orchestrator.Wait";

    /// <summary>Waits for a person; inputs <c>message</c>, <c>by</c> (roles), <c>timeout</c>, <c>onTimeout</c> (<c>fail</c> or <c>continue</c>). Output: <c>approved</c>, <c>by</c>, <c>comment</c>.</summary>
    public const string Approve = "Orchestrator.Approve";
}

/// <summary>How a step is run: what every step may say.</summary>
public sealed record StepPolicy
{
    /// <summary>All defaults.</summary>
    public static StepPolicy Default { get; } = new();

    /// <summary>Name of the target; null = local.</summary>
    public string? Target { get; init; }

    /// <summary>Environment for commands; values may be secret.</summary>
    public IReadOnlyDictionary<string, Expression> Environment { get; init; } = new Dictionary<string, Expression>();

    /// <summary>The longest one attempt may take. Default 5 min.</summary>
    public TimeSpan AttemptTimeout { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>The longest all attempts, polls and pauses between them may take; null = no such deadline (a polling step always has one).</summary>
    public TimeSpan? TotalTimeout { get; init; }

    /// <summary>The longest it may wait for its turn. Default 1 h.</summary>
    public TimeSpan QueueTimeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The longest an attempt may go without a log line or progress; null = no such deadline.</summary>
    public TimeSpan? HeartbeatTimeout { get; init; }

    /// <summary>How it is retried.</summary>
    public RetryPolicy Retry { get; init; } = RetryPolicy.Default;

    /// <summary>Polls until this is true over <c>result</c>; null = the first completion counts.</summary>
    public Expression? Until { get; init; }

    /// <summary>Pause between polls. Default 5 s.</summary>
    public TimeSpan Every { get; init; } = TimeSpan.FromSeconds(5);

    /// <summary>The explicit undo, a leaf; null = the activity's own, if it has one.</summary>
    public ActivityNode? Undo { get; init; }

    /// <summary>True when the step must not be undone although its activity could.</summary>
    public bool NoUndo { get; init; }

    /// <summary>True when the failure of this step does not fail its container; its <c>status</c> is then <c>failed</c> for later steps to see.</summary>
    public bool AllowFailure { get; init; }

    /// <summary>Outputs computed over <c>result</c>, in order; empty = the activity's own outputs.</summary>
    public IReadOnlyList<NamedExpression> Outputs { get; init; } = [];

    /// <summary>How much of the log is kept: <c>full</c>, <c>errors</c> or <c>none</c>.</summary>
    public LogLevel Log { get; init; } = LogLevel.Full;

    /// <summary>Overrides the activity's own effect (only <c>run</c> may); null = the activity's.</summary>
    public Activities.Effect? Effect { get; init; }
}

/// <summary>How much of a step's log is kept.</summary>
public enum LogLevel
{
    /// <summary>Every line.</summary>
    Full,

    /// <summary>The last lines, when the step fails.</summary>
    Errors,

    /// <summary>Nothing.</summary>
    None,
}

/// <summary>How a failed attempt is tried again.</summary>
public sealed record RetryPolicy
{
    /// <summary>Three more attempts, exponential from 2 s to 5 min, full jitter, on transient failures and timeouts; not for effect <c>once</c>.</summary>
    public static RetryPolicy Default { get; } = new();

    /// <summary>Never again.</summary>
    public static RetryPolicy Never { get; } = new() { Max = 0, IsExplicit = true };

    /// <summary>True when the blueprint asked for it, so that it also holds for effect <c>once</c>.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>How many times after the first attempt. Default 3.</summary>
    public int Max { get; init; } = 3;

    /// <summary>The first pause. Default 2 s.</summary>
    public TimeSpan Delay { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>How the pause grows.</summary>
    public Backoff Backoff { get; init; } = Backoff.Exponential;

    /// <summary>By what an exponential pause grows. Default 2.</summary>
    public double Factor { get; init; } = 2;

    /// <summary>The longest pause. Default 5 min.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromMinutes(5);

    /// <summary>True (default): the pause is drawn evenly between zero and the computed one.</summary>
    public bool Jitter { get; init; } = true;

    /// <summary>No new attempt after this long since the first; null = no such limit.</summary>
    public TimeSpan? For { get; init; }

    /// <summary>Failure kinds (<c>transient</c>, <c>timeout</c>, …) or codes that are tried again. Default transient and timeout.</summary>
    public IReadOnlyList<string> On { get; init; } = ["transient", "timeout"];
}

/// <summary>How the pause between attempts grows.</summary>
public enum Backoff
{
    /// <summary>Always the same.</summary>
    Constant,

    /// <summary>Grows by the first pause each time.</summary>
    Linear,

    /// <summary>Is multiplied each time.</summary>
    Exponential,
}
