-- What runs of workflows made in Studio wait for, for a stimulus to find them. What such a row means stands in the run's journal.
CREATE TABLE bookmark (
    number         INTEGER NOT NULL PRIMARY KEY,
    run_id         TEXT    NOT NULL,
    id             TEXT    NOT NULL,
    name           TEXT    NOT NULL,
    match          TEXT    NOT NULL,
    activity_id    TEXT    NOT NULL,
    correlation_id TEXT,
    created_at     INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX bookmark_of_run ON bookmark (run_id, id);
CREATE INDEX bookmark_stimulus ON bookmark (name, match, created_at);
