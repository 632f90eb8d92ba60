-- Answers to requests that carried an Idempotency-Key, so that a request that is sent again does nothing
-- twice. Answers may hold secrets that are shown once: they are encrypted with a key that is made of the
-- Idempotency-Key, of which only a hash stands here.

CREATE TABLE remembered_answers (
  key_hash TEXT PRIMARY KEY,
  fingerprint TEXT NOT NULL,
  answer TEXT,
  ends_at TEXT NOT NULL
) WITHOUT ROWID;

CREATE INDEX remembered_answers_by_end ON remembered_answers (ends_at);
