-- Lists of runs in the order of what changed or ended last. Status and blueprint stand in it so that a filtered list is read from the index alone. Unended runs come first.
CREATE INDEX run_updated ON run (updated_at, run_id, status, blueprint);
CREATE INDEX run_completed ON run (completed_at, run_id, status, blueprint);

-- No run ends or changes before it began: searches by one instant find the range of the other in that.
UPDATE run SET updated_at = max(updated_at, created_at), completed_at = max(completed_at, created_at) WHERE updated_at < created_at OR completed_at < created_at;

-- The labels of runs, for whoever asks for one.
CREATE TABLE run_label (
    name       TEXT    NOT NULL,
    value      TEXT    NOT NULL,
    created_at INTEGER NOT NULL,
    run_id     TEXT    NOT NULL,
    PRIMARY KEY (name, value, created_at, run_id)
) STRICT, WITHOUT ROWID;

-- What a search box finds runs by besides id and blueprint, in small letters, a line each: start key, attention, values of labels. Runs that have none of these have no row.
-- The number begins with the instant of creation, so that matches come in the order of creation.
CREATE TABLE run_text (
    number INTEGER NOT NULL PRIMARY KEY,
    run_id TEXT    NOT NULL UNIQUE,
    text   TEXT    NOT NULL
) STRICT;

-- Which run_text has three given characters in a row. It knows nothing of places (detail=none): a reader looks for all of them and compares the text itself.
CREATE VIRTUAL TABLE run_trigram USING fts5 (text, content = 'run_text', content_rowid = 'number', tokenize = 'trigram', detail = 'none', columnsize = 0);

CREATE TRIGGER run_text_added AFTER INSERT ON run_text BEGIN
    INSERT INTO run_trigram (rowid, text) VALUES (new.number, new.text);
END;
CREATE TRIGGER run_text_removed AFTER DELETE ON run_text BEGIN
    INSERT INTO run_trigram (run_trigram, rowid, text) VALUES ('delete', old.number, old.text);
END;

CREATE VIEW run_text_of AS SELECT run_id, created_at, lower(
    coalesce(start_key || char(10), '') || coalesce(attention || char(10), '') || coalesce((SELECT group_concat(value, char(10)) FROM json_each(labels)), '')) AS text FROM run;

CREATE TRIGGER run_labelled AFTER INSERT ON run WHEN new.labels IS NOT NULL BEGIN
    INSERT INTO run_label (name, value, created_at, run_id) SELECT key, value, new.created_at, new.run_id FROM json_each(new.labels);
END;
CREATE TRIGGER run_relabelled AFTER UPDATE ON run WHEN old.labels IS NOT new.labels OR old.created_at <> new.created_at BEGIN
    DELETE FROM run_label WHERE (name, value, created_at, run_id) IN (SELECT key, value, old.created_at, old.run_id FROM json_each(coalesce(old.labels, '{}')));
    INSERT INTO run_label (name, value, created_at, run_id) SELECT key, value, new.created_at, new.run_id FROM json_each(coalesce(new.labels, '{}'));
END;
CREATE TRIGGER run_unlabelled AFTER DELETE ON run WHEN old.labels IS NOT NULL BEGIN
    DELETE FROM run_label WHERE (name, value, created_at, run_id) IN (SELECT key, value, old.created_at, old.run_id FROM json_each(old.labels));
END;

CREATE TRIGGER run_told AFTER INSERT ON run WHEN new.labels IS NOT NULL OR new.start_key IS NOT NULL OR new.attention IS NOT NULL BEGIN
    INSERT INTO run_text (number, run_id, text)
    SELECT (SELECT coalesce(max(number) + 1, new.created_at << 20) FROM run_text WHERE number >= new.created_at << 20 AND number < (new.created_at + 1) << 20), run_id, text
    FROM run_text_of WHERE run_id = new.run_id AND text <> '';
END;
CREATE TRIGGER run_retold AFTER UPDATE ON run
WHEN old.labels IS NOT new.labels OR old.start_key IS NOT new.start_key OR old.attention IS NOT new.attention OR old.created_at <> new.created_at BEGIN
    DELETE FROM run_text WHERE run_id = new.run_id;
    INSERT INTO run_text (number, run_id, text)
    SELECT (SELECT coalesce(max(number) + 1, new.created_at << 20) FROM run_text WHERE number >= new.created_at << 20 AND number < (new.created_at + 1) << 20), run_id, text
    FROM run_text_of WHERE run_id = new.run_id AND text <> '';
END;
CREATE TRIGGER run_untold AFTER DELETE ON run BEGIN
    DELETE FROM run_text WHERE run_id = old.run_id;
END;

INSERT INTO run_label (name, value, created_at, run_id) SELECT key, value, created_at, run_id FROM run, json_each(labels) WHERE labels IS NOT NULL;
INSERT INTO run_text (number, run_id, text)
SELECT (created_at << 20) + row_number() OVER (PARTITION BY created_at) - 1, run_id, text FROM run_text_of WHERE text <> '';

-- Lists show the newest and the published version of each definition; there may be many more.
CREATE INDEX workflow_shown ON workflow (name COLLATE NOCASE, definition_id, version, is_deleted, is_latest, is_published, is_system) WHERE is_latest = 1 OR is_published = 1;

-- Names whose definitions may not stand among the workflows as they should: whoever lists workflows looks at these and not at all definitions.
CREATE TABLE unlisted (
    name TEXT NOT NULL PRIMARY KEY
) STRICT, WITHOUT ROWID;
INSERT INTO unlisted (name) SELECT DISTINCT name FROM definition;
-- The statement that fires a trigger decides what a conflict in it does: OR IGNORE would not hold here.
CREATE TRIGGER definition_added AFTER INSERT ON definition
WHEN NOT EXISTS (SELECT 1 FROM workflow WHERE definition_id = new.name AND origin = 'studio')
    AND NOT EXISTS (SELECT 1 FROM workflow WHERE hash = new.hash AND origin = 'blueprint' AND is_latest = 1) BEGIN
    INSERT INTO unlisted (name) SELECT new.name WHERE NOT EXISTS (SELECT 1 FROM unlisted WHERE name = new.name);
END;
CREATE TRIGGER definition_renewed AFTER UPDATE ON definition
WHEN NOT EXISTS (SELECT 1 FROM workflow WHERE definition_id = new.name AND origin = 'studio')
    AND NOT EXISTS (SELECT 1 FROM workflow WHERE hash = new.hash AND origin = 'blueprint' AND is_latest = 1) BEGIN
    INSERT INTO unlisted (name) SELECT new.name WHERE NOT EXISTS (SELECT 1 FROM unlisted WHERE name = new.name);
END;
CREATE TRIGGER workflow_listed AFTER INSERT ON workflow BEGIN
    DELETE FROM unlisted WHERE name = new.definition_id AND (
        new.origin = 'studio'
        OR (NOT EXISTS (SELECT 1 FROM definition d WHERE d.name = new.definition_id AND NOT EXISTS (SELECT 1 FROM workflow w WHERE w.hash = d.hash AND w.origin = 'blueprint'))
            AND EXISTS (SELECT 1 FROM workflow w WHERE w.origin = 'blueprint' AND w.is_latest = 1
                AND w.hash = (SELECT hash FROM definition d WHERE d.name = new.definition_id ORDER BY version DESC, number DESC LIMIT 1))));
END;
DELETE FROM unlisted WHERE EXISTS (SELECT 1 FROM workflow WHERE definition_id = unlisted.name AND origin = 'studio');
