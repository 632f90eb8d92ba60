-- Members with roles, how they sign in, and a log of who did and saw what.

CREATE TABLE members (
  id TEXT PRIMARY KEY,
  name TEXT NOT NULL,
  role TEXT NOT NULL,
  subject TEXT UNIQUE,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  removed_at TEXT
);

CREATE INDEX members_by_time ON members (created_at DESC, id DESC) WHERE removed_at IS NULL;
CREATE INDEX members_who_administer ON members (created_at, id) WHERE role = 'admin' AND removed_at IS NULL;

CREATE TABLE passkeys (
  id TEXT PRIMARY KEY,
  member_id TEXT NOT NULL,
  name TEXT NOT NULL,
  public_key TEXT NOT NULL,
  counter INTEGER NOT NULL,
  transports TEXT NOT NULL,
  created_at TEXT NOT NULL,
  last_used_on TEXT
);

CREATE INDEX passkeys_by_member ON passkeys (member_id);

CREATE TABLE challenges (
  challenge_hash TEXT PRIMARY KEY,
  member_id TEXT,
  expires_at TEXT NOT NULL
);

ALTER TABLE api_tokens ADD COLUMN created_by TEXT NOT NULL DEFAULT '';
ALTER TABLE api_tokens ADD COLUMN expires_at TEXT;
ALTER TABLE api_tokens ADD COLUMN last_used_on TEXT;

CREATE INDEX api_tokens_by_time ON api_tokens (created_at DESC, id DESC);

-- Links and sessions of before name nobody who could lose a role: whoever had one signs in again.

DROP TABLE sign_in_links;
CREATE TABLE sign_in_links (
  token_hash TEXT PRIMARY KEY,
  member_id TEXT NOT NULL,
  expires_at TEXT NOT NULL
);

CREATE INDEX sign_in_links_by_member ON sign_in_links (member_id);

-- Of a member or of an API token: whose role it has is looked up with each request.

DROP TABLE sessions;
CREATE TABLE sessions (
  id TEXT PRIMARY KEY,
  token_hash TEXT NOT NULL UNIQUE,
  member_id TEXT,
  api_token_id TEXT,
  created_at TEXT NOT NULL,
  seen_at TEXT NOT NULL,
  expires_at TEXT NOT NULL
);

CREATE INDEX sessions_by_member ON sessions (member_id);
CREATE INDEX sessions_by_api_token ON sessions (api_token_id);

-- Each entry's hash covers the entry and the hash before it. What is older than it is kept goes from its
-- beginning, up to the anchor, which holds the hash that the first entry left stands on.

CREATE TABLE audit_log (
  place INTEGER PRIMARY KEY,
  at TEXT NOT NULL,
  actor TEXT NOT NULL,
  actor_name TEXT NOT NULL,
  action TEXT NOT NULL,
  subject TEXT NOT NULL,
  detail TEXT NOT NULL,
  request_id TEXT NOT NULL,
  hash TEXT NOT NULL
);

CREATE INDEX audit_log_by_time ON audit_log (at, place);
CREATE INDEX audit_log_by_actor ON audit_log (actor, place);
CREATE INDEX audit_log_by_subject ON audit_log (subject, place);

CREATE TABLE audit_anchor (
  id INTEGER PRIMARY KEY CHECK (id = 1),
  place INTEGER NOT NULL,
  hash TEXT NOT NULL
);

INSERT INTO audit_anchor (id, place, hash) VALUES (1, 0, '');

CREATE TRIGGER audit_log_stays BEFORE UPDATE ON audit_log BEGIN
  SELECT RAISE(ABORT, 'the audit log is only added to');
END;
CREATE TRIGGER audit_log_goes_from_its_beginning BEFORE DELETE ON audit_log
WHEN old.place > (SELECT place FROM audit_anchor) BEGIN
  SELECT RAISE(ABORT, 'the audit log goes from its beginning, up to its anchor');
END;
CREATE TRIGGER audit_log_goes_on BEFORE INSERT ON audit_log
WHEN new.place <> 1 + coalesce((SELECT max(place) FROM audit_log), (SELECT place FROM audit_anchor)) BEGIN
  SELECT RAISE(ABORT, 'an entry of the audit log stands after the last one');
END;
