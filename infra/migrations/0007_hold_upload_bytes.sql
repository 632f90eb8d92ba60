-- What uploads that are on their way hold of a case's allowances. After a crash they end by their time.

CREATE TABLE upload_holds (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL,
  side TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  ends_at TEXT NOT NULL
);

CREATE INDEX upload_holds_by_case ON upload_holds (case_id, side);
