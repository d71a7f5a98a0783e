using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

public sealed partial class SqliteStore
{
    /// <summary>How many runs are few for a search; only tests have a reason to change it.</summary>
    internal int Few { get; set; } = RunSearch.Few;

    /// <inheritdoc/>
    public Task<IReadOnlyList<DefinitionRow>> ListDefinitionsAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<DefinitionRow>>(session => SqliteReader.Definitions(session, limit), cancellationToken);

    /// <inheritdoc/>
    public Task<IReadOnlyList<RunSummary>> ListRunsAsync(RunQuery query, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<RunSummary>>(session => RunSearch.List(session, query, Few), cancellationToken);

    /// <inheritdoc/>
    public Task<RunCount> CountRunsAsync(RunQuery query, CancellationToken cancellationToken) => ReadAsync(session => RunSearch.Count(session, query, Few), cancellationToken);
}

internal static partial class SqliteReader
{
    public static List<DefinitionRow> Definitions(SqliteSession session, int limit) =>
        session.Statement("""
            SELECT hash, name, version FROM definition AS one
            WHERE number = (SELECT max(number) FROM definition AS other WHERE other.name = one.name AND other.version = one.version)
            ORDER BY name, version DESC LIMIT ?1
            """).Bind(1, limit).All(row => new DefinitionRow(row.Text(0), row.Text(1), (int)row.Number(2)));
}
