-- Stimuli that nobody waited for when they came: kept for a bookmark made later, then given up with a reason.
CREATE TABLE stimulus (
    number         INTEGER NOT NULL PRIMARY KEY, -- the order in which they came
    key            TEXT    NOT NULL UNIQUE,
    name           TEXT    NOT NULL,
    match          TEXT    NOT NULL,
    correlation_id TEXT,
    run_id         TEXT,
    body           BLOB    NOT NULL,             -- sealed
    by             TEXT    NOT NULL,
    at             INTEGER NOT NULL,
    dead_at        INTEGER,                      -- NULL = a bookmark may still take it
    reason         TEXT
) STRICT;
CREATE INDEX stimulus_kept ON stimulus (at, number) WHERE dead_at IS NULL;
CREATE INDEX stimulus_dead ON stimulus (dead_at, number) WHERE dead_at IS NOT NULL;

-- Whether a sender's key was handed to any run. Other messages pay nothing for it.
CREATE INDEX inbox_stimulus ON inbox (key) WHERE kind = 'stimulus';
