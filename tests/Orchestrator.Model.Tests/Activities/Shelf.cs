using Orchestrator.Model.Activities;
using Orchestrator.Model.Values;

namespace Orchestrator.Model.Tests.Activities;

/// <summary>An activity on a world small enough to see through: a shelf of labelled boxes.</summary>
[Activity("shelf.put", Effect.Idempotent, "Puts a box on the shelf", Example = "- id: put\n  uses: shelf.put\n  with: {label: a}", HasUndo = true)]
internal sealed class ShelfPut(HashSet<string> shelf) : Activity<ShelfPutInput, ShelfPutOutput>
{
    /// <summary>Set to make the apply lie: it returns without putting anything.</summary>
    public bool Lies { get; init; }

    public int Applied { get; private set; }

    protected override Task<Check<ShelfPutOutput>> CheckAsync(ShelfPutInput input, ActivityContext context, CancellationToken cancellationToken) =>
        Task.FromResult(shelf.Contains(input.Label)
            ? Check<ShelfPutOutput>.Satisfied(new ShelfPutOutput { Count = shelf.Count })
            : Check<ShelfPutOutput>.Differs(new Change(input.Label, null, "on the shelf")));

    protected override Task<Outcome<ShelfPutOutput>> ApplyAsync(ShelfPutInput input, ActivityContext context, CancellationToken cancellationToken)
    {
        Applied++;
        if (!Lies) shelf.Add(input.Label);
        return Task.FromResult(Outcome<ShelfPutOutput>.Changes(new ShelfPutOutput { Count = shelf.Count }));
    }

    protected override Task UndoAsync(ShelfPutInput input, ShelfPutOutput output, ActivityContext context, CancellationToken cancellationToken)
    {
        shelf.Remove(input.Label);
        return Task.CompletedTask;
    }
}

internal enum Glue
{
    None,
    SuperStrong,
}

internal sealed record ShelfPutInput
{
    [Field("What is written on the box.", MaxLength = 10, Pattern = "[a-z]+")]
    public required string Label { get; init; }

    [Field("How many.", Min = 1, Max = 9)]
    public int Copies { get; init; } = 1;

    [Field("Whether it may be moved again.")]
    public Glue Glue { get; init; }

    [Field("How long to hold it.")]
    public TimeSpan? Hold { get; init; }

    [Field("Opens the box.")]
    public Secret? Code { get; init; }

    [Field("Tags.")]
    public IReadOnlyList<string> Tags { get; init; } = [];

    [Field("Sizes by side.")]
    public IReadOnlyDictionary<string, double> Sizes { get; init; } = new Dictionary<string, double>();

    [Field("Anything else.")]
    public Value? Note { get; init; }
}

internal sealed record ShelfPutOutput
{
    [Field("Boxes on the shelf.")]
    public int Count { get; init; }
}
