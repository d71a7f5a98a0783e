using System.Globalization;
using Orchestrator.Model.Failures;

namespace Orchestrator.Stores.Sqlite;

/// <summary>
/// Brings a database to this program's schema. The scripts in <c>Migrations/</c> are numbered from 1 without gaps and never change once released; the database's <c>user_version</c> is the number
/// of the last one it has. All of them run in one transaction that takes the write lock first, so two processes cannot both migrate.
/// </summary>
internal static class SqliteSchema
{
    private static readonly Lazy<IReadOnlyList<string>> Scripts = new(ReadScripts);

    /// <summary>The schema this program knows.</summary>
    public static int Newest => Scripts.Value.Count;

    /// <summary>Migrates. A newer schema is <c>store.newer</c>; an older one is <c>store.older</c> unless <paramref name="mayUpgrade"/>. An empty database is always filled.</summary>
    public static void Migrate(SqliteSession session, string path, bool mayUpgrade)
    {
        if (Version(session) == Newest) return;
        session.Transaction(() =>
        {
            var version = Version(session);
            if (version > Newest)
                throw new FailureException("store.newer", FailureKind.Permanent, $"{path} has schema {version}, this program knows up to {Newest}: use a newer orchestrator, or restore a backup");
            if (version is > 0 && version < Newest && !mayUpgrade)
                throw new FailureException("store.older", FailureKind.Permanent, $"{path} has schema {version}, this program needs {Newest}: the process that owns the store must be this version too");
            foreach (var script in Scripts.Value.Skip(version)) session.Execute(SqliteLibrary.HasStrictTables ? script : WithoutStrict(script));
            session.Execute(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {Newest}"));
        });
    }

    private static int Version(SqliteSession session) => (int)session.Statement("PRAGMA user_version").First(row => row.Number(0));

    private static string WithoutStrict(string script) =>
        script.Replace(") STRICT, WITHOUT ROWID;", ") WITHOUT ROWID;", StringComparison.Ordinal).Replace(") STRICT;", ");", StringComparison.Ordinal);

    private static List<string> ReadScripts()
    {
        var assembly = typeof(SqliteSchema).Assembly;
        var names = assembly.GetManifestResourceNames().Where(name => name.Contains(".Sqlite.Migrations.", StringComparison.Ordinal)).Order(StringComparer.Ordinal);
        var scripts = new List<string>();
        foreach (var name in names)
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            scripts.Add(reader.ReadToEnd());
        }

        return scripts;
    }
}
