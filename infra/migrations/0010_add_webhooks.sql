-- Who is told of events, and what they are to be told. A delivery is written in one step with its event, and
-- so no crash loses one. `url` and the secrets are sealed (api/webhooks/seal.ts).

CREATE TABLE webhooks (
  id TEXT PRIMARY KEY,
  url TEXT NOT NULL,
  events TEXT NOT NULL,
  format TEXT NOT NULL,
  description TEXT,
  secret TEXT NOT NULL,
  old_secret TEXT,
  old_secret_ends_at TEXT,
  created_at TEXT NOT NULL,
  created_by TEXT NOT NULL,
  enabled INTEGER NOT NULL DEFAULT 1,
  disabled_because TEXT,
  failing_since TEXT
);

-- `due_at`: when it is sent next, or, while somebody sends it (`lease`), when the others may; NULL when it is
-- over. `about`: the report or the case that the event is about.
CREATE TABLE webhook_deliveries (
  id TEXT PRIMARY KEY,
  webhook_id TEXT NOT NULL,
  type TEXT NOT NULL,
  about TEXT NOT NULL,
  payload TEXT NOT NULL,
  created_at TEXT NOT NULL,
  state TEXT NOT NULL DEFAULT 'waiting',
  attempts INTEGER NOT NULL DEFAULT 0,
  due_at TEXT,
  lease TEXT,
  attempted_at TEXT,
  status INTEGER,
  answer TEXT,
  error TEXT
);

CREATE INDEX webhook_deliveries_by_webhook ON webhook_deliveries (webhook_id, created_at, id);

CREATE INDEX webhook_deliveries_due ON webhook_deliveries (webhook_id, due_at) WHERE due_at IS NOT NULL;

CREATE INDEX webhook_deliveries_leased ON webhook_deliveries (webhook_id, due_at) WHERE lease IS NOT NULL;

CREATE INDEX webhook_deliveries_by_age ON webhook_deliveries (created_at);

CREATE INDEX webhook_deliveries_about ON webhook_deliveries (about);
