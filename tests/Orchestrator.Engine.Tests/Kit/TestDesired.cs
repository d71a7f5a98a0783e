using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Engine.Tests.Kit;

public sealed record DesiredInput
{
    [Field("Fails, after the change, while the number of the attempt is not above this.")]
    public int Fails { get; init; }

    [Field("The things that shall exist.")]
    public IReadOnlyList<string> Things { get; init; } = [];
}

public sealed record DesiredOutput
{
    [Field("Those that this step made.")]
    public IReadOnlyList<string> Added { get; init; } = [];

    [Field("How many there are.")]
    public int? Count { get; init; }
}

/// <summary>Makes things exist and can look whether they do, as most real activities: run again after a crash it finds all so already and has nothing to say about what it did before.</summary>
[Activity("test.desired", Effect.Idempotent, "Makes things exist.", Example = "- id: a", HasUndo = true)]
public sealed class TestDesired(World world) : Activity<DesiredInput, DesiredOutput>
{
    protected override Task<Check<DesiredOutput>> CheckAsync(DesiredInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        string[] missing = [.. input.Things.Except(world.Things)];
        return Task.FromResult(missing.Length == 0
            ? Check<DesiredOutput>.Satisfied(new DesiredOutput { Count = input.Things.Count })
            : Check<DesiredOutput>.Differs([.. missing.Select(thing => new Change(thing, null, "there"))]) with { Intent = Value.Map(("added", Value.List(missing.Select(Value.Of)))) });
    }

    protected override Task<Outcome<DesiredOutput>> ApplyAsync(DesiredInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        string[] missing = [.. input.Things.Except(world.Things)];
        world.Log.Add("make " + string.Join(' ', missing));
        foreach (var thing in missing) world.Things.Add(thing);
        if (context.Attempt <= input.Fails) throw new Model.Failures.FailureException("test.failed", Model.Failures.FailureKind.Transient, "made, and then the connection broke");
        return Task.FromResult(Outcome<DesiredOutput>.Changes(new DesiredOutput { Added = missing, Count = input.Things.Count }));
    }

    protected override Task UndoAsync(DesiredInput input, DesiredOutput output, ActivityContext context, CancellationToken cancellationToken)
    {
        world.Log.Add("unmake " + string.Join(' ', output.Added));
        world.Things.ExceptWith(output.Added);
        return Task.CompletedTask;
    }
}
