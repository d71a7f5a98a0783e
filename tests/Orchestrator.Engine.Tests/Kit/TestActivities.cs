using Orchestrator.Model.Activities;
using Orchestrator.Model.Definitions;
using Orchestrator.Model.Failures;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Kit;

/// <summary>What a test step shall do; the same for all effects.</summary>
public sealed record ScriptInput
{
    [Field("Fails while the number of the attempt is not above this.")]
    public int Fails { get; init; }

    [Field("Waits at this many looks.")]
    public int Waits { get; init; }

    [Field("Whether the world is changed.")]
    public bool Changes { get; init; } = true;

    [Field("Kind of the failures.")]
    public FailureKind Kind { get; init; } = FailureKind.Transient;

    [Field("Given back.")]
    public Value Value { get; init; } = Value.Null;

    [Field("Logged.")]
    public string Say { get; init; } = "";

    [Field("A secret it uses.")]
    public Secret? Token { get; init; }

    [Field("True when it gives a secret.")]
    public TimeSpan? Mints { get; init; }
}

public sealed record ScriptOutput
{
    [Field("The value given.")]
    public Value Value { get; init; } = Value.Null;

    [Field("How often the world was changed under this key.")]
    public int Times { get; init; }

    [Field("A secret.")]
    public Secret? Token { get; init; }
}

public abstract class ScriptedActivity(World world, Effect effect) : Activity<ScriptInput, ScriptOutput>
{
    protected World World => world;

    protected override async Task<Outcome<ScriptOutput>> ApplyAsync(ScriptInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        var key = context.IdempotencyKey;
        world.Log.Add("run " + context.StepKey);
        var executions = World.Add(world.Executions, key);
        if (context.Target.Name != "local" || context.Environment.Count > 0)
            world.Places.Add($"{context.StepKey} on {context.Target.Name} ({context.Target.Address}){string.Concat(context.Environment.Select(entry => $" {entry.Key}={entry.Value.Reveal()}"))}");
        foreach (var line in world.Lines.GetValueOrDefault(context.StepKey) ?? []) context.Log(line);
        if (input.Say.Length > 0) context.Log(input.Say);
        if (input.Token is { } token) context.Log($"using {token.Reveal()} and {Convert.ToBase64String(System.Text.Encoding.UTF8.GetBytes(token.Reveal()))}");
        if (world.Stubborn.TryGetValue(context.StepKey, out var stubborn)) await stubborn.Task;
        if (world.Hanging.Contains(context.StepKey)) await Task.Delay(Timeout.Infinite, cancellationToken);
        if (world.Failures.TryGetValue(context.StepKey, out var failures) && failures.TryDequeue(out var failure)) throw new FailureException(failure);
        if (executions <= input.Waits) return Outcome<ScriptOutput>.Waiting($"look {executions}");
        if (context.Attempt <= input.Fails) throw new FailureException("test.failed", input.Kind, $"attempt {context.Attempt} failed{(input.Token is { } t ? " with " + t.Reveal() : "")}");
        // What keyed and reattach promise: the far side does the second of two equal keys only once.
        if (effect is not (Effect.Keyed or Effect.Reattach) || !world.Effects.ContainsKey(key))
            if (input.Changes) World.Add(world.Effects, key);
        var made = input.Mints is { } life ? Secret.FromPlainText($"minted-secret-{executions}", context.Time.GetUtcNow() + life) : null;
        var output = new ScriptOutput { Value = input.Value, Times = effect == Effect.Read ? 0 : 1, Token = made };
        return input.Changes ? Outcome<ScriptOutput>.Changes(output) : Outcome<ScriptOutput>.Same(output);
    }

    protected override Task UndoAsync(ScriptInput input, ScriptOutput output, ActivityContext context, CancellationToken cancellationToken)
    {
        world.Log.Add("undo " + context.StepKey);
        if (world.Failures.TryGetValue(context.StepKey, out var failures) && failures.TryDequeue(out var failure)) throw new FailureException(failure);
        world.Undone.Add(context.StepKey);
        return Task.CompletedTask;
    }
}

[Activity("test.read", Effect.Read, "Reads.", Example = "- id: a")]
public sealed class TestRead(World world) : ScriptedActivity(world, Effect.Read);

[Activity("test.idempotent", Effect.Idempotent, "Makes it so.", Example = "- id: a", HasUndo = true)]
public sealed class TestIdempotent(World world) : ScriptedActivity(world, Effect.Idempotent)
{
    protected override Task<Check<ScriptOutput>> CheckAsync(ScriptInput input, ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Check<ScriptOutput>.Unknown("runs each time"));
}

[Activity("test.keyed", Effect.Keyed, "Sends.", Example = "- id: a", HasUndo = true)]
public sealed class TestKeyed(World world) : ScriptedActivity(world, Effect.Keyed);

[Activity("test.reattach", Effect.Reattach, "Starts a job.", Example = "- id: a", HasUndo = true)]
public sealed class TestReattach(World world) : ScriptedActivity(world, Effect.Reattach)
{
    protected override Task<Check<ScriptOutput>> CheckAsync(ScriptInput input, ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Check<ScriptOutput>.Unknown("runs each time"));
}

[Activity("test.once", Effect.Once, "Does it once; cannot tell whether it did.", Example = "- id: a", HasUndo = true)]
public sealed class TestOnce(World world) : ScriptedActivity(world, Effect.Once);

[Activity("test.verified", Effect.Once, "Does it once; can tell whether it did.", Example = "- id: a", HasUndo = true)]
public sealed class TestVerified(World world) : ScriptedActivity(world, Effect.Once)
{
    protected override Task<Check<ScriptOutput>> VerifyAsync(ScriptInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        World.Log.Add("verify " + context.StepKey);
        return Task.FromResult(World.Effects.ContainsKey(context.IdempotencyKey)
            ? Check<ScriptOutput>.Satisfied(new ScriptOutput { Value = input.Value, Times = 1 })
            : Check<ScriptOutput>.Differs(new Change("the effect", null, "done")));
    }
}

public sealed record CallInput
{
    [Field("Name.")]
    public string Name { get; init; } = "child";
}

/// <summary>Starts a definition made in the test as a child.</summary>
[Activity("test.call", Effect.Idempotent, "Calls.", Example = "- id: a")]
public sealed class TestCall(Func<Definition> child) : Activity<CallInput, NoOutput>
{
    protected override Task<Outcome<NoOutput>> ApplyAsync(CallInput input, ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(Outcome<NoOutput>.Call(child(), Value.EmptyMap));
}
