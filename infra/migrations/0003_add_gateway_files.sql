-- What a case has from the gateway's side: files, and the code of a second link with which they are sent.

ALTER TABLE cases ADD COLUMN gateway_code_hash TEXT;
ALTER TABLE cases ADD COLUMN gateway_upload_bytes INTEGER NOT NULL DEFAULT 0;

CREATE UNIQUE INDEX cases_by_gateway_code ON cases (gateway_code_hash);

CREATE TABLE case_files (
  key TEXT PRIMARY KEY,
  case_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  recorded_at TEXT NOT NULL,
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  received_bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  sent_by TEXT,
  received_at TEXT NOT NULL
);

CREATE UNIQUE INDEX case_files_by_name ON case_files (case_id, name);
CREATE INDEX case_files_by_age ON case_files (kind, received_at);
