using Orchestrator.Model.Values;

namespace Orchestrator.Model.Activities;

/// <summary>What a read-only look at the target found.</summary>
/// <param name="State">Whether the world is as the input asks.</param>
/// <param name="Output">The step's output; set when satisfied, and also when it can be foretold.</param>
/// <param name="Changes">What would change, in order; empty unless it differs.</param>
/// <param name="Reason">Why it cannot tell; null unless unknown.</param>
/// <typeparam name="TOutput">The activity's output record, or Value.</typeparam>
public sealed record Check<TOutput>(CheckState State, TOutput? Output, IReadOnlyList<Change> Changes, string? Reason)
    where TOutput : class
{
    /// <summary>
    /// When it differs: the fields of the output that the undo needs and that only a look before the change can tell (what was there, what will be added), by name. Null when the undo
    /// needs none.
    /// </summary>
    public MapValue? Intent { get; init; }

    /// <summary>All is so already.</summary>
    public static Check<TOutput> Satisfied(TOutput output) => new(CheckState.Satisfied, output, [], null);

    /// <summary>These things would change.</summary>
    public static Check<TOutput> Differs(params IReadOnlyList<Change> changes) => new(CheckState.Differs, null, changes, null);

    /// <summary>It cannot be told by reading; <paramref name="reason"/> completes "would run: …".</summary>
    public static Check<TOutput> Unknown(string reason) => new(CheckState.Unknown, null, [], reason);
}

/// <summary>Whether the world is as asked.</summary>
public enum CheckState
{
    /// <summary>Already so.</summary>
    Satisfied,

    /// <summary>Something would change.</summary>
    Differs,

    /// <summary>Cannot be told by reading.</summary>
    Unknown,
}

/// <summary>One thing that would change. Never holds secrets.</summary>
/// <param name="What">The thing, for example <c>80/tcp</c> or <c>/etc/caddy/Caddyfile</c>.</param>
/// <param name="From">How it is now, for people; null when it does not exist.</param>
/// <param name="To">How it would be; null when it would be removed.</param>
public sealed record Change(string What, string? From, string? To)
{
    /// <inheritdoc/>
    public override string ToString() => (From, To) switch
    {
        (null, null) => What,
        (null, _) => $"{What}: {To}",
        (_, null) => $"{What}: {From} -> removed",
        _ => $"{What}: {From} -> {To}",
    };
}
