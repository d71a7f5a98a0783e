using System.Text;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

public sealed partial class SqliteStore
{
    /// <inheritdoc/>
    public Task<IReadOnlyList<DefinitionRow>> ListDefinitionsAsync(int limit, CancellationToken cancellationToken) =>
        ReadAsync<IReadOnlyList<DefinitionRow>>(session => SqliteReader.Definitions(session, limit), cancellationToken);
}

internal static partial class SqliteReader
{
    public static List<DefinitionRow> Definitions(SqliteSession session, int limit) =>
        session.Statement("""
            SELECT hash, name, version FROM definition AS one
            WHERE number = (SELECT max(number) FROM definition AS other WHERE other.name = one.name AND other.version = one.version)
            ORDER BY name, version DESC LIMIT ?1
            """).Bind(1, limit).All(row => new DefinitionRow(row.Text(0), row.Text(1), (int)row.Number(2)));

    private static void AppendSearch(StringBuilder sql, RunQuery query)
    {
        if (query.Label is not null) sql.Append(" AND EXISTS (SELECT 1 FROM json_each(labels) WHERE json_each.key = ?6 AND json_each.value = ?7)");
        if (query.Since is not null) sql.Append(" AND created_at >= ?8");
        if (query.Until is not null) sql.Append(" AND created_at < ?9");
        if (query.Text is null) return;
        sql.Append(" AND (instr(lower(run_id), lower(?10)) OR instr(lower(blueprint), lower(?10)) OR instr(lower(start_key), lower(?10)) OR instr(lower(attention), lower(?10))")
            .Append(" OR EXISTS (SELECT 1 FROM json_each(labels) WHERE instr(lower(json_each.value), lower(?10))))");
    }

    private static void BindSearch(SqliteStatement statement, RunQuery query)
    {
        if (query.Label is { } label) statement.Bind(6, label.Name).Bind(7, label.Value);
        if (query.Since is { } since) statement.Bind(8, since);
        if (query.Until is { } until) statement.Bind(9, until);
        if (query.Text is { } text) statement.Bind(10, text);
    }
}
