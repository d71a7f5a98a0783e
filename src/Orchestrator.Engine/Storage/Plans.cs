namespace Orchestrator.Engine.Storage;

public partial interface IStore
{
    /// <summary>A plan of alterations by id; null when there is none.</summary>
    Task<StoredPlan?> FindPlanAsync(string id, CancellationToken cancellationToken);

    /// <summary>Plans that are not done yet, oldest first.</summary>
    Task<IReadOnlyList<StoredPlan>> ListOpenPlansAsync(CancellationToken cancellationToken);
}

public sealed partial record WriteSet
{
    /// <summary>Plans to keep. The id must be new.</summary>
    public IReadOnlyList<StoredPlan> NewPlans { get; init; } = [];

    /// <summary>Plans that are done, with what came of them; a missing one is no fault.</summary>
    public IReadOnlyList<(string Id, DateTimeOffset At, ReadOnlyMemory<byte> Results)> DonePlans { get; init; } = [];
}

/// <summary>A plan of alterations of many runs: on disk before the first of them is asked for.</summary>
/// <param name="Id">Unique: the sender's, by which it counts once.</param>
/// <param name="Body">What is to be done to whom, sealed: it may set variables that hold secrets.</param>
/// <param name="By">Who sent it.</param>
/// <param name="CreatedAt">When it came, UTC.</param>
/// <param name="DoneAt">When all of it was done or refused, UTC; null while it was not.</param>
/// <param name="Results">What came of it, JSON, UTF-8; empty while it is not done.</param>
public sealed record StoredPlan(string Id, ReadOnlyMemory<byte> Body, string By, DateTimeOffset CreatedAt, DateTimeOffset? DoneAt = null, ReadOnlyMemory<byte> Results = default)
{
    /// <summary>How many of them a store keeps: when one is written, those go that are done and not among the newest of this many.</summary>
    public const int Kept = 1000;
}

public sealed partial class InMemoryStore
{
    /// <inheritdoc/>
    public Task<StoredPlan?> FindPlanAsync(string id, CancellationToken cancellationToken) => Read(tables => tables.Plans.Find(plan => plan.Id == id));

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredPlan>> ListOpenPlansAsync(CancellationToken cancellationToken) => ReadList(tables => tables.Plans.Where(plan => plan.DoneAt is null));
}

internal sealed partial class InMemoryTables
{
    // In the order in which they came.
    public List<StoredPlan> Plans { get; } = [];

    private DuplicateKeyException? CheckPlans(WriteSet writes) =>
        writes.NewPlans.FirstOrDefault(plan => Plans.Exists(known => known.Id == plan.Id)) is { } taken ? new DuplicateKeyException($"plan {taken.Id}") : null;

    private void PutPlans(WriteSet writes)
    {
        foreach (var plan in writes.NewPlans) Plans.Add(plan with { Body = plan.Body.ToArray(), CreatedAt = StoredInstant.From(StoredInstant.Of(plan.CreatedAt)) });
        foreach (var (id, at, results) in writes.DonePlans)
            if (Plans.FindIndex(plan => plan.Id == id) is >= 0 and var found) Plans[found] = Plans[found] with { DoneAt = StoredInstant.From(StoredInstant.Of(at)), Results = results.ToArray() };
        if (writes.NewPlans.Count == 0) return;
        var old = Plans.Take(Math.Max(0, Plans.Count - StoredPlan.Kept)).Where(plan => plan.DoneAt is not null).ToHashSet();
        Plans.RemoveAll(old.Contains);
    }
}
