-- What administrators decided in the console, as JSON by the names of shared/schema/settings.ts: one row.

CREATE TABLE settings (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  settings TEXT NOT NULL,
  updated_at TEXT NOT NULL,
  updated_by TEXT NOT NULL
) STRICT;
