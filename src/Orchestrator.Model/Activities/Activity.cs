using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Activities;

/// <summary>
/// An activity as the engine calls it: values in, values out. Derive from <see cref="Activity{TInput,TOutput}"/> instead. One object may serve many steps at once, so it
/// has no mutable state. Trouble in the world is a <see cref="FailureException"/>; anything else thrown is a bug and becomes <c>engine.bug</c>, permanent.
/// </summary>
public abstract class Activity
{
    private protected Activity()
    {
    }

    /// <summary>Makes it so: checks, applies what differs, checks again. Calling it when all is so already changes nothing.</summary>
    public abstract Task<ActivityResult> ExecuteAsync(MapValue input, ActivityContext context, CancellationToken cancellationToken);

    /// <summary>What <see cref="ExecuteAsync"/> would change, found out by reading only.</summary>
    public abstract Task<Check<Value>> PlanAsync(MapValue input, ActivityContext context, CancellationToken cancellationToken);

    /// <summary>Takes back what a completed step did. Only called when the step changed something and the activity declares an undo.</summary>
    public abstract Task UndoAsync(MapValue input, Value output, ActivityContext context, CancellationToken cancellationToken);

    /// <summary>
    /// After a crash inside a step of effect <see cref="Effect.Once"/>: did it happen? <see cref="CheckState.Satisfied"/> = yes, with its output;
    /// <see cref="CheckState.Differs"/> = no, it may run again; <see cref="CheckState.Unknown"/> = a person must say.
    /// </summary>
    public abstract Task<Check<Value>> VerifyAsync(MapValue input, ActivityContext context, CancellationToken cancellationToken);
}

/// <summary>Base of every activity: one class, an input record, an output record.</summary>
/// <typeparam name="TInput">Record whose properties carry <see cref="FieldAttribute"/>s. Has a parameterless constructor.</typeparam>
/// <typeparam name="TOutput">Likewise; <see cref="NoOutput"/> when there is nothing to say.</typeparam>
public abstract class Activity<TInput, TOutput> : Activity
    where TInput : class
    where TOutput : class
{
    /// <summary>
    /// Read-only: how the world stands against <paramref name="input"/>. Must not change anything. The default cannot tell, which is right only for
    /// <see cref="Effect.Read"/>, <see cref="Effect.Once"/> and <see cref="Effect.Keyed"/>.
    /// </summary>
    protected virtual Task<Check<TOutput>> CheckAsync(TInput input, ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Check<TOutput>.Unknown("runs each time"));

    /// <summary>
    /// Makes the change that <see cref="CheckAsync"/> found missing (or runs, where nothing can be checked). Called again after a crash or a retry, as the
    /// <see cref="Effect"/> allows. After it, <see cref="CheckAsync"/> must be satisfied, or the step fails with <c>engine.notVerified</c>.
    /// </summary>
    protected abstract Task<Outcome<TOutput>> ApplyAsync(TInput input, ActivityContext context, CancellationToken cancellationToken);

    /// <summary>Takes back what <see cref="ApplyAsync"/> did. Idempotent. Needs <see cref="ActivityAttribute.HasUndo"/>.</summary>
    protected virtual Task UndoAsync(TInput input, TOutput output, ActivityContext context, CancellationToken cancellationToken) =>
        throw new NotSupportedException($"{GetType().Name} has no undo");

    /// <summary>See <see cref="Activity.VerifyAsync"/>. The default is <see cref="CheckAsync"/>.</summary>
    protected virtual Task<Check<TOutput>> VerifyAsync(TInput input, ActivityContext context, CancellationToken cancellationToken) =>
        CheckAsync(input, context, cancellationToken);

    /// <inheritdoc/>
    public sealed override async Task<ActivityResult> ExecuteAsync(MapValue input, ActivityContext context, CancellationToken cancellationToken)
    {
        var record = RecordBinder.Bind<TInput>(input);
        var before = await CheckAsync(record, context, cancellationToken).ConfigureAwait(false);
        if (before.State == CheckState.Satisfied) return ActivityResult.Done(RecordBinder.ToValue(before.Output!), changed: false);

        if (before.State == CheckState.Differs && context.Intend is { } intend)
            await intend(before.Intent, cancellationToken).ConfigureAwait(false);

        var outcome = await ApplyAsync(record, context, cancellationToken).ConfigureAwait(false);
        if (outcome.Result is { } special) return special;
        if (before.State == CheckState.Unknown) return ActivityResult.Done(RecordBinder.ToValue(outcome.Output!), outcome.Changed);

        var after = await CheckAsync(record, context, cancellationToken).ConfigureAwait(false);
        if (after.State == CheckState.Differs)
            throw new FailureException(new Failure(
                "engine.notVerified", FailureKind.Transient,
                $"applied, but a second look still finds: {string.Join("; ", after.Changes.Select(change => change.ToString()))}"));
        return ActivityResult.Done(RecordBinder.ToValue(outcome.Output!), outcome.Changed);
    }

    /// <inheritdoc/>
    public sealed override async Task<Check<Value>> PlanAsync(MapValue input, ActivityContext context, CancellationToken cancellationToken) =>
        ToValues(await CheckAsync(RecordBinder.Bind<TInput>(input), context, cancellationToken).ConfigureAwait(false));

    /// <inheritdoc/>
    public sealed override Task UndoAsync(MapValue input, Value output, ActivityContext context, CancellationToken cancellationToken) =>
        UndoAsync(RecordBinder.Bind<TInput>(input), RecordBinder.Bind<TOutput>((MapValue)output), context, cancellationToken);

    /// <inheritdoc/>
    public sealed override async Task<Check<Value>> VerifyAsync(MapValue input, ActivityContext context, CancellationToken cancellationToken) =>
        ToValues(await VerifyAsync(RecordBinder.Bind<TInput>(input), context, cancellationToken).ConfigureAwait(false));

    private static Check<Value> ToValues(Check<TOutput> check) =>
        new(check.State, check.Output is null ? null : RecordBinder.ToValue(check.Output), check.Changes, check.Reason);
}

/// <summary>The output of an activity that has nothing to say.</summary>
public sealed record NoOutput
{
    /// <summary>The one object needed.</summary>
    public static NoOutput Value { get; } = new();
}
