-- Plans of alterations: what is to be done to many runs, and what came of it. Those that are not done are taken up again at the next start.
CREATE TABLE plan (
    number     INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT, -- the order in which they came
    id         TEXT    NOT NULL UNIQUE,
    body       BLOB    NOT NULL,             -- sealed
    by         TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    done_at    INTEGER,                      -- NULL = not done yet
    results    BLOB    NOT NULL DEFAULT x''
) STRICT;
CREATE INDEX plan_open ON plan (number) WHERE done_at IS NULL;
