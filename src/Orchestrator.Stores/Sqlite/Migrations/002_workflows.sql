-- Versions of workflows as Studio lists them. The JSON is the definition of the hash.
CREATE TABLE workflow (
    version_id    TEXT    NOT NULL PRIMARY KEY,
    definition_id TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    name          TEXT    NOT NULL,
    description   TEXT    NOT NULL,
    tool_version  TEXT,
    origin        TEXT    NOT NULL, -- studio or blueprint
    hash          TEXT    NOT NULL,
    is_latest     INTEGER NOT NULL,
    is_published  INTEGER NOT NULL,
    is_readonly   INTEGER NOT NULL,
    is_system     INTEGER NOT NULL,
    is_activity   INTEGER NOT NULL, -- other workflows may use it as an activity
    is_deleted    INTEGER NOT NULL, -- kept for the runs that have it
    created_at    INTEGER NOT NULL
) STRICT;
CREATE INDEX workflow_definition ON workflow (definition_id, version);
CREATE INDEX workflow_hash ON workflow (hash);

-- Runs of a version, and whether a definition may go.
CREATE INDEX run_definition ON run (definition, created_at, run_id);
