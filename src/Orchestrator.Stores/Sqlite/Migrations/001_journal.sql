-- Who may write: the epoch of the latest owner. One row.
CREATE TABLE owner (
    id    INTEGER NOT NULL PRIMARY KEY CHECK (id = 1),
    epoch INTEGER NOT NULL,
    pid   INTEGER NOT NULL -- for messages; decides nothing
) STRICT;
INSERT INTO owner (id, epoch, pid) VALUES (1, 0, 0);

-- The journal. Rows of all runs lie in the order they came: a commit of many runs then writes few pages, which a table clustered by run would not.
CREATE TABLE event (
    number  INTEGER NOT NULL PRIMARY KEY,
    run_id  TEXT    NOT NULL,
    seq     INTEGER NOT NULL,
    epoch   INTEGER NOT NULL,
    at      INTEGER NOT NULL, -- milliseconds since 1970, UTC; so are all instants
    type    TEXT    NOT NULL,
    step    TEXT,
    attempt INTEGER NOT NULL,
    body    BLOB    NOT NULL
) STRICT;
CREATE UNIQUE INDEX event_position ON event (run_id, seq);

CREATE TABLE snapshot (
    run_id TEXT    NOT NULL PRIMARY KEY,
    seq    INTEGER NOT NULL,
    state  BLOB    NOT NULL
) STRICT;

-- What lists read; no payloads.
CREATE TABLE run (
    run_id        TEXT    NOT NULL PRIMARY KEY,
    definition    TEXT    NOT NULL,
    blueprint     TEXT    NOT NULL,
    version       INTEGER NOT NULL,
    status        TEXT    NOT NULL,
    attention     TEXT,
    created_at    INTEGER NOT NULL,
    updated_at    INTEGER NOT NULL,
    completed_at  INTEGER,
    parent_run_id TEXT,
    start_key     TEXT,
    labels        TEXT             -- a JSON object; NULL = none
) STRICT, WITHOUT ROWID;
CREATE INDEX run_age ON run (created_at, run_id);
CREATE INDEX run_status ON run (status, created_at, run_id);
CREATE INDEX run_blueprint ON run (blueprint, created_at, run_id);
CREATE INDEX run_parent ON run (parent_run_id, created_at, run_id) WHERE parent_run_id IS NOT NULL;
CREATE UNIQUE INDEX run_start_key ON run (start_key) WHERE start_key IS NOT NULL;

CREATE TABLE timer (
    run_id TEXT    NOT NULL,
    key    TEXT    NOT NULL,
    due    INTEGER NOT NULL,
    PRIMARY KEY (run_id, key)
) STRICT, WITHOUT ROWID;
CREATE INDEX timer_due ON timer (due, run_id, key);

CREATE TABLE slot (
    number     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- the order in which they were taken
    group_name TEXT    NOT NULL,
    run_id     TEXT    NOT NULL,
    UNIQUE (group_name, run_id)
) STRICT;
CREATE INDEX slot_run ON slot (run_id);

-- Messages from outside. A consumed one stays, so that its key counts once for ever.
CREATE TABLE inbox (
    number INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- the order in which they came
    run_id TEXT    NOT NULL,
    key    TEXT    NOT NULL,
    kind   TEXT    NOT NULL,
    body   BLOB    NOT NULL,
    by     TEXT    NOT NULL,
    at     INTEGER NOT NULL,
    result TEXT,                                       -- NULL = not consumed; empty = done; else why it was refused
    UNIQUE (run_id, key)
) STRICT;
CREATE INDEX inbox_waiting ON inbox (number) WHERE result IS NULL;

CREATE TABLE definition (
    hash    TEXT    NOT NULL PRIMARY KEY,
    name    TEXT    NOT NULL,
    version INTEGER NOT NULL,
    number  INTEGER NOT NULL, -- the highest of a name and version is the newest
    json    BLOB    NOT NULL
) STRICT;
CREATE INDEX definition_name ON definition (name, version, number);

CREATE TABLE blob (
    hash    TEXT NOT NULL PRIMARY KEY,
    content BLOB NOT NULL
) STRICT;

CREATE TABLE secret (
    reference TEXT NOT NULL PRIMARY KEY,
    sealed    BLOB NOT NULL
) STRICT;

CREATE TABLE log (
    run_id  TEXT    NOT NULL,
    number  INTEGER NOT NULL,
    at      INTEGER NOT NULL,
    step    TEXT    NOT NULL,
    attempt INTEGER NOT NULL,
    line    TEXT    NOT NULL,
    PRIMARY KEY (run_id, number)
) STRICT, WITHOUT ROWID;
