-- What starts runs by itself: the triggers of live definitions.
CREATE TABLE trigger_index (
    id          TEXT    NOT NULL PRIMARY KEY, -- owner/name
    owner       TEXT    NOT NULL,
    name        TEXT    NOT NULL,
    definition  TEXT    NOT NULL,
    kind        TEXT    NOT NULL,
    match       TEXT    NOT NULL,
    settings    BLOB    NOT NULL,
    indexed_at  INTEGER NOT NULL,
    due         INTEGER,                      -- NULL = no schedule, or over
    paused      INTEGER NOT NULL,
    last_at     INTEGER,
    last_run    TEXT,
    refused_at  INTEGER,
    refusal     TEXT
) STRICT, WITHOUT ROWID;
CREATE INDEX trigger_match ON trigger_index (kind, match, id);
CREATE INDEX trigger_due ON trigger_index (due, id) WHERE due IS NOT NULL AND paused = 0;

-- Occurrences that are settled: each counts once.
CREATE TABLE occurrence (
    trigger_id TEXT    NOT NULL,
    key        TEXT    NOT NULL,
    at         INTEGER NOT NULL,
    run_id     TEXT,              -- NULL = passed over, see note
    digest     TEXT    NOT NULL,
    note       TEXT    NOT NULL,
    PRIMARY KEY (trigger_id, key)
) STRICT, WITHOUT ROWID;
