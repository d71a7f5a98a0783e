using Orchestrator.Model.Values;

namespace Orchestrator.Model.Failures;

/// <summary>
/// Why something did not work, as data: it is journaled, shown, matched by <c>retry.on</c> and <c>rescue</c>, and crosses processes.
/// </summary>
/// <param name="Code">
/// Stable name for programs, <c>family.reason</c> in lower camel case, for example <c>container.imageNotFound</c>, <c>git.pushRejected</c>,
/// <c>engine.timeout</c>.
/// </param>
/// <param name="Kind">Decides whether it is retried.</param>
/// <param name="Message">One sentence for people: what is wrong, on what, and what to do when that is known. Redacted.</param>
/// <param name="Details">More facts for programs, a map, or null. Redacted.</param>
/// <param name="LogTail">The last lines the activity logged, oldest first, at most 20. Redacted.</param>
public sealed record Failure(
    string Code,
    FailureKind Kind,
    string Message,
    Value? Details = null,
    IReadOnlyList<string>? LogTail = null)
{
    /// <summary>True for the kinds that are worth trying again.</summary>
    public bool IsRetryable => Kind is FailureKind.Transient or FailureKind.Timeout;

    /// <inheritdoc/>
    public override string ToString() => $"{Code}: {Message}";
}

/// <summary>What sort of failure it is.</summary>
public enum FailureKind
{
    /// <summary>May go away by itself: a refused connection, a busy lock. Retried by default.</summary>
    Transient,

    /// <summary>Will not go away by itself: bad input, a missing image, a declined push. Not retried by default.</summary>
    Permanent,

    /// <summary>A deadline passed. Retried by default.</summary>
    Timeout,

    /// <summary>Someone cancelled the step or the run.</summary>
    Cancelled,

    /// <summary>The step may or may not have taken effect. Never retried without a person or a verification.</summary>
    UnknownOutcome,
}

/// <summary>The only exception an activity or a target throws for trouble in the world; bugs throw anything else.</summary>
public sealed class FailureException(Failure failure, Exception? inner = null) : Exception(failure.Message, inner)
{
    /// <summary>Shorthand for a failure without details.</summary>
    public FailureException(string code, FailureKind kind, string message, Exception? inner = null)
        : this(new Failure(code, kind, message), inner)
    {
    }

    /// <summary>The failure it carries.</summary>
    public Failure Failure { get; } = failure;
}
