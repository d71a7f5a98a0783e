-- Who may use the server. Credentials are kept as SHA-256 of 256 random bits, in hexadecimal; instants as everywhere, milliseconds since 1970.
CREATE TABLE token (
    id         TEXT    NOT NULL PRIMARY KEY,
    hash       TEXT    NOT NULL UNIQUE,
    name       TEXT    NOT NULL UNIQUE,
    role       TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    created_by TEXT    NOT NULL,
    expires_at INTEGER,                 -- NULL = never
    used_at    INTEGER                  -- roughly; NULL = never
) STRICT, WITHOUT ROWID;

CREATE TABLE session (
    hash       TEXT    NOT NULL PRIMARY KEY,
    id         TEXT    NOT NULL,        -- one session has several credentials
    kind       TEXT    NOT NULL,        -- cookie or bearer
    name       TEXT    NOT NULL,
    role       TEXT    NOT NULL,
    started_at INTEGER NOT NULL,
    issued_at  INTEGER NOT NULL,
    seen_at    INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX session_id ON session (id);

-- What was done and what was refused; no secrets in it.
CREATE TABLE audit (
    number  INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    at      INTEGER NOT NULL,
    by      TEXT    NOT NULL,
    action  TEXT    NOT NULL,
    subject TEXT    NOT NULL,
    outcome TEXT    NOT NULL,
    origin  TEXT    NOT NULL
) STRICT;
