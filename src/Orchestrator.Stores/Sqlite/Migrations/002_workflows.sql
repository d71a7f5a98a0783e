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
CREATE INDEX run_blueprint_status ON run (blueprint, status, created_at, run_id);

-- How many runs there are of each blueprint and status, so that a list of a million tells its length at once.
CREATE TABLE run_count (
    blueprint TEXT    NOT NULL,
    status    TEXT    NOT NULL,
    runs      INTEGER NOT NULL,
    PRIMARY KEY (blueprint, status)
) STRICT, WITHOUT ROWID;
INSERT INTO run_count (blueprint, status, runs) SELECT blueprint, status, count(*) FROM run GROUP BY blueprint, status;
CREATE TRIGGER run_counted AFTER INSERT ON run BEGIN
    INSERT INTO run_count (blueprint, status, runs) VALUES (new.blueprint, new.status, 1) ON CONFLICT (blueprint, status) DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER run_recounted AFTER UPDATE ON run WHEN old.status <> new.status OR old.blueprint <> new.blueprint BEGIN
    UPDATE run_count SET runs = runs - 1 WHERE blueprint = old.blueprint AND status = old.status;
    INSERT INTO run_count (blueprint, status, runs) VALUES (new.blueprint, new.status, 1) ON CONFLICT (blueprint, status) DO UPDATE SET runs = runs + 1;
END;
CREATE TRIGGER run_uncounted AFTER DELETE ON run BEGIN
    UPDATE run_count SET runs = runs - 1 WHERE blueprint = old.blueprint AND status = old.status;
END;
