using Orchestrator.Engine.Storage;

namespace Orchestrator.Stores.Sqlite;

internal sealed partial class SqliteWriter
{
    private void WriteWorkflows(WriteSet writes)
    {
        foreach (var workflow in writes.Workflows)
        {
            session.Statement("""
                INSERT OR REPLACE INTO workflow (version_id, definition_id, version, name, description, tool_version, origin, hash, is_latest, is_published, is_readonly, is_system, is_activity, is_deleted, created_at)
                VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15)
                """)
                .Bind(1, workflow.VersionId).Bind(2, workflow.DefinitionId).Bind(3, workflow.Version).Bind(4, workflow.Name).Bind(5, workflow.Description).Bind(6, workflow.ToolVersion)
                .Bind(7, workflow.Origin == WorkflowOrigin.Blueprint ? "blueprint" : "studio").Bind(8, workflow.Hash)
                .Bind(9, Flag(workflow.IsLatest)).Bind(10, Flag(workflow.IsPublished)).Bind(11, Flag(workflow.IsReadonly)).Bind(12, Flag(workflow.IsSystem))
                .Bind(13, Flag(workflow.UsableAsActivity)).Bind(14, Flag(workflow.IsDeleted)).Bind(15, workflow.CreatedAt).Run();
        }

        foreach (var runId in writes.ForgetRuns) Forget(runId);
        foreach (var hash in writes.ForgetDefinitions)
        {
            // The run's row names the definition that it has; one that was migrated had others.
            session.Statement("""
                DELETE FROM definition WHERE hash = ?1 AND NOT EXISTS (SELECT 1 FROM run WHERE definition = ?1) AND NOT EXISTS (SELECT 1 FROM workflow WHERE hash = ?1)
                AND NOT EXISTS (SELECT 1 FROM event WHERE type = 'RunMigrated' AND instr(CAST(body AS TEXT), '"' || ?1 || '"') > 0)
                """).Bind(1, hash).Run();
        }
    }

    private void Forget(string runId)
    {
        if (session.Statement("DELETE FROM run WHERE run_id = ?1 AND status IN ('completed', 'failed', 'cancelled')").Bind(1, runId).Run() == 0) return;
        foreach (var table in (string[])["timer", "slot", "event", "snapshot", "log", "inbox", "bookmark"]) session.Statement($"DELETE FROM {table} WHERE run_id = ?1").Bind(1, runId).Run();
        session.Statement("DELETE FROM secret WHERE substr(reference, 1, length(?1)) = ?1").Bind(1, $"run:{runId}/").Run();
        _tails.Remove(runId);
    }

    private static long Flag(bool flag) => flag ? 1 : 0;
}
