using System.Globalization;
using System.Text;
using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

internal static partial class SqliteReader
{
    private const string WorkflowColumns =
        "SELECT version_id, definition_id, version, name, description, tool_version, origin, hash, is_latest, is_published, is_readonly, is_system, is_activity, is_deleted, created_at FROM workflow ";

    public static Page<StoredWorkflow> Workflows(SqliteSession session, WorkflowQuery query)
    {
        var parameters = new List<string>();
        var where = new StringBuilder("WHERE ").Append(query.VersionIds is { } ids ? $"version_id IN ({Parameters(parameters, ids)})" : query.WithDeleted ? "1" : "is_deleted = 0");
        where.Append(query.Versions switch
        {
            WorkflowVersions.Latest => " AND is_latest = 1",
            WorkflowVersions.Published => " AND is_published = 1",
            WorkflowVersions.LatestOrPublished => " AND (is_latest = 1 OR is_published = 1)",
            WorkflowVersions.LatestAndPublished => " AND is_latest = 1 AND is_published = 1",
            WorkflowVersions.Draft => " AND is_published = 0",
            _ => "",
        });
        if (query.Version is { } version) where.Append(CultureInfo.InvariantCulture, $" AND version = {version}");
        if (query.IsSystem is { } system) where.Append(system ? " AND is_system = 1" : " AND is_system = 0");
        if (query.UsableAsActivity is { } usable) where.Append(usable ? " AND is_activity = 1" : " AND is_activity = 0");
        if (query.DefinitionIds is { } definitions) where.Append(CultureInfo.InvariantCulture, $" AND definition_id IN ({Parameters(parameters, definitions)})");
        if (query.Hashes is { } hashes) where.Append(CultureInfo.InvariantCulture, $" AND hash IN ({Parameters(parameters, hashes)})");
        if (query.Name is { } name) where.Append(CultureInfo.InvariantCulture, $" AND name = {Parameters(parameters, [name])}");
        if (query.Search is { Length: > 0 } text)
        {
            var pattern = Parameters(parameters, [LikePattern(text)]);
            where.Append(CultureInfo.InvariantCulture, $" AND (name LIKE {pattern} ESCAPE '\\' OR description LIKE {pattern} ESCAPE '\\' OR definition_id LIKE {pattern} ESCAPE '\\' OR version_id LIKE {pattern} ESCAPE '\\')");
        }

        var order = query.Order switch
        {
            WorkflowOrder.Name => "name COLLATE NOCASE",
            WorkflowOrder.Version => "version",
            _ => "created_at",
        };
        var page = string.Create(CultureInfo.InvariantCulture, $"ORDER BY {order}{(query.Descending ? " DESC" : "")}, definition_id, version LIMIT {query.Take ?? -1} OFFSET {query.Skip}");
        using var rows = session.Prepare($"{WorkflowColumns}{where} {page}");
        var found = Bound(rows, parameters).All(ReadWorkflow);
        // A page that is not full is the last.
        if (found.Count < (query.Take ?? int.MaxValue) && (found.Count > 0 || query.Skip == 0)) return new Page<StoredWorkflow>(found, query.Skip + found.Count);
        using var count = session.Prepare($"SELECT count(*) FROM workflow {where}");
        return new Page<StoredWorkflow>(found, Bound(count, parameters).First(row => row.Number(0)));
    }

    public static List<(string Hash, string Name)> UnlistedDefinitions(SqliteSession session) => session.Statement("""
        SELECT hash, name FROM (
            SELECT d.hash, d.name, d.version, d.number, w.is_latest AS is_latest, row_number() OVER (PARTITION BY d.name ORDER BY d.version DESC, d.number DESC) AS place
            FROM unlisted u CROSS JOIN definition d ON d.name = u.name LEFT JOIN workflow w ON w.hash = d.hash AND w.origin = 'blueprint'
            WHERE NOT EXISTS (SELECT 1 FROM workflow s WHERE s.definition_id = d.name AND s.origin = 'studio'))
        WHERE is_latest IS NULL OR (place = 1 AND is_latest = 0)
        ORDER BY name, version, number
        """).All(row => (row.Text(0), row.Text(1)));

    /// <summary>A pattern for LIKE that finds the text itself anywhere.</summary>
    private static string LikePattern(string text) =>
        "%" + text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("%", "\\%", StringComparison.Ordinal).Replace("_", "\\_", StringComparison.Ordinal) + "%";

    private static string Parameters(List<string> parameters, IEnumerable<string> values)
    {
        var names = new List<string>();
        foreach (var value in values)
        {
            parameters.Add(value);
            names.Add(string.Create(CultureInfo.InvariantCulture, $"?{parameters.Count}"));
        }

        return string.Join(',', names);
    }

    private static SqliteStatement Bound(SqliteStatement statement, List<string> parameters)
    {
        for (var i = 0; i < parameters.Count; i++) statement.Bind(i + 1, parameters[i]);
        return statement;
    }

    private static StoredWorkflow ReadWorkflow(SqliteStatement row) => new(
        row.Text(0), row.Text(1), (int)row.Number(2), row.Text(3), row.Text(4), row.TextOrNull(5),
        row.Text(6) == "blueprint" ? WorkflowOrigin.Blueprint : WorkflowOrigin.Studio, row.Text(7),
        row.Number(8) == 1, row.Number(9) == 1, row.Number(10) == 1, row.Number(11) == 1, row.Number(12) == 1, row.Number(13) == 1, row.Instant(14));
}
