-- Objects whose rows are gone, until they are gone too: rows and keys change places in one step, so that
-- nothing that was deleted is forgotten. And what the sweeper knows from one sweep to the next: a JSON value
-- that has another version after each change, and whether what it held back may go.

CREATE TABLE doomed_objects (
  key TEXT PRIMARY KEY,
  doomed_at TEXT NOT NULL
);

CREATE INDEX doomed_objects_by_age ON doomed_objects (doomed_at, key);

CREATE TABLE sweep_state (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  version INTEGER NOT NULL DEFAULT 1,
  state TEXT NOT NULL,
  allowed INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX cases_by_end ON cases (expires_at);
