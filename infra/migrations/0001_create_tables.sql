-- One dialect for D1 and node:sqlite. Times are ISO 8601 in UTC with milliseconds, so that they sort as text.
-- Secrets stand here as hashes only; objects (evidence, diagnoses, captures) live in the blob store.

CREATE TABLE cases (
  id TEXT PRIMARY KEY,
  code_hash TEXT NOT NULL UNIQUE,
  gateway TEXT NOT NULL,
  label TEXT,
  language TEXT NOT NULL,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  revoked_at TEXT,
  runs INTEGER NOT NULL DEFAULT 0,
  upload_bytes INTEGER NOT NULL DEFAULT 0
);

CREATE INDEX cases_by_time ON cases (created_at DESC, id DESC);

CREATE TABLE runs (
  id TEXT PRIMARY KEY,
  case_id TEXT NOT NULL,
  token_hash TEXT NOT NULL,
  agent TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL,
  posts INTEGER NOT NULL DEFAULT 0,
  report_id TEXT
);

CREATE INDEX runs_by_case ON runs (case_id);

CREATE TABLE reports (
  id TEXT PRIMARY KEY,
  run_id TEXT UNIQUE,
  case_id TEXT,
  created_at TEXT NOT NULL,
  source TEXT NOT NULL,
  verdict TEXT NOT NULL,
  confidence TEXT NOT NULL,
  direction TEXT,
  interface_mtu INTEGER,
  gateway TEXT,
  adapter TEXT,
  label TEXT,
  status TEXT NOT NULL DEFAULT 'new',
  note TEXT NOT NULL DEFAULT '',
  override_verdict TEXT,
  override_reason TEXT,
  reviewed_at TEXT,
  reviewed_by TEXT,
  version INTEGER NOT NULL DEFAULT 1
);

CREATE INDEX reports_by_time ON reports (created_at DESC, id DESC);
CREATE INDEX reports_by_verdict ON reports (verdict, created_at DESC, id DESC);
CREATE INDEX reports_by_status ON reports (status, created_at DESC, id DESC);
CREATE INDEX reports_by_case ON reports (case_id);

CREATE TABLE objects (
  key TEXT PRIMARY KEY,
  report_id TEXT NOT NULL,
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  bytes INTEGER NOT NULL,
  sha256 TEXT NOT NULL,
  created_at TEXT NOT NULL
);

CREATE INDEX objects_by_report ON objects (report_id);
CREATE INDEX objects_by_age ON objects (kind, created_at);

CREATE TABLE api_tokens (
  id TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  created_at TEXT NOT NULL,
  revoked_at TEXT
);

CREATE TABLE sign_in_links (
  token_hash TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  expires_at TEXT NOT NULL
);

CREATE TABLE sessions (
  token_hash TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  created_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
);

CREATE TABLE rate_windows (
  key TEXT PRIMARY KEY,
  window_start INTEGER NOT NULL,
  hits INTEGER NOT NULL
);
