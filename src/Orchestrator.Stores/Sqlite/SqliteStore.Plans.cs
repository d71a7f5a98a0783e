using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<StoredPlan?> FindPlanAsync(string id, CancellationToken cancellationToken) => ReadAsync(session => SqliteReader.Plan(session, id), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<StoredPlan>> ListOpenPlansAsync(CancellationToken cancellationToken) => ReadAsync<IReadOnlyList<StoredPlan>>(SqliteReader.OpenPlans, cancellationToken);
}

internal static partial class SqliteReader
{
    private const string PlanColumns = "id, body, by, created_at, done_at, results";

    public static StoredPlan? Plan(SqliteSession session, string id) => session.Statement($"SELECT {PlanColumns} FROM plan WHERE id = ?1").Bind(1, id).First(ReadPlan);

    public static List<StoredPlan> OpenPlans(SqliteSession session) => session.Statement($"SELECT {PlanColumns} FROM plan WHERE done_at IS NULL ORDER BY number").All(ReadPlan);

    private static StoredPlan ReadPlan(SqliteStatement row) => new(row.Text(0), row.Blob(1), row.Text(2), row.Instant(3), InstantOrNull(row, 4), row.Blob(5));
}

internal sealed partial class SqliteWriter
{
    private void WritePlans(WriteSet writes)
    {
        foreach (var plan in writes.NewPlans)
        {
            var made = session.Statement("INSERT OR IGNORE INTO plan (id, body, by, created_at) VALUES (?1, ?2, ?3, ?4)").Bind(1, plan.Id).Bind(2, plan.Body.Span).Bind(3, plan.By).Bind(4, plan.CreatedAt).Run();
            if (made == 0) throw new DuplicateKeyException($"plan {plan.Id}");
        }

        foreach (var (id, at, results) in writes.DonePlans)
            session.Statement("UPDATE plan SET done_at = ?2, results = ?3 WHERE id = ?1").Bind(1, id).Bind(2, at).Bind(3, results.Span).Run();
        if (writes.NewPlans.Count > 0)
            session.Statement("DELETE FROM plan WHERE done_at IS NOT NULL AND number NOT IN (SELECT number FROM plan ORDER BY number DESC LIMIT ?1)").Bind(1, StoredPlan.Kept).Run();
    }
}
