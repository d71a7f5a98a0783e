-- The API token that a browser session was begun with: the session ends with it.
ALTER TABLE session ADD COLUMN token TEXT; -- hash; NULL = none
