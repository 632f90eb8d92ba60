-- What a helpdesk works with all day: a case's code that can be read again while it is valid, runs as they
-- go on, who looks after a report, how many reports wait, and searches that somebody wants to see again.
--
-- sealed_code: the code, sealed with the deployment's key (api/webhooks/seal.ts); the hash finds the case.

ALTER TABLE cases ADD COLUMN sealed_code TEXT;
CREATE INDEX cases_with_codes ON cases (expires_at) WHERE sealed_code IS NOT NULL;

-- The round that a run is at, and when it was heard of last.

ALTER TABLE runs ADD COLUMN round INTEGER NOT NULL DEFAULT 1;
ALTER TABLE runs ADD COLUMN seen_at TEXT;

-- Who looks after a report: "member:ID" as in the audit log, and what that one was called then.

ALTER TABLE reports ADD COLUMN assignee TEXT;
ALTER TABLE reports ADD COLUMN assignee_name TEXT;

CREATE TABLE saved_views (
  id TEXT PRIMARY KEY,
  owner TEXT NOT NULL,
  name TEXT NOT NULL,
  query TEXT NOT NULL,
  created_at TEXT NOT NULL
);

CREATE UNIQUE INDEX saved_views_by_owner ON saved_views (owner, name);

-- How many reports have each status.

CREATE TABLE report_statuses (
  status TEXT PRIMARY KEY,
  reports INTEGER NOT NULL
) WITHOUT ROWID;

INSERT INTO report_statuses SELECT status, count(*) FROM reports GROUP BY status;

CREATE TRIGGER reports_status_insert AFTER INSERT ON reports BEGIN
  INSERT INTO report_statuses VALUES (new.status, 1) ON CONFLICT DO UPDATE SET reports = reports + 1;
END;
CREATE TRIGGER reports_status_update AFTER UPDATE OF status ON reports WHEN new.status <> old.status BEGIN
  UPDATE report_statuses SET reports = reports - 1 WHERE status = old.status;
  INSERT INTO report_statuses VALUES (new.status, 1) ON CONFLICT DO UPDATE SET reports = reports + 1;
END;
CREATE TRIGGER reports_status_delete AFTER DELETE ON reports BEGIN
  UPDATE report_statuses SET reports = reports - 1 WHERE status = old.status;
END;

-- More terms of the index that migration 0008 describes: "o" for who looks after a report, "ox" for nobody;
-- "m" for the recommended interface MTU in five digits, and for each beginning of these digits, so that a
-- range is a few terms; one that an override refutes has no terms. In the searched text, U+0002 stands before
-- the label, by which it is known.

DROP TRIGGER reports_search_insert;
DROP TRIGGER reports_search_update;
DROP TRIGGER reports_search_delete;
DROP VIEW report_terms;

UPDATE reports SET searched = replace(
  searched, char(1) || lower(label) || char(1), char(1) || char(2) || lower(label) || char(1)
) WHERE label <> '';

CREATE VIEW report_terms AS
SELECT place,
  v || ' ' || s || ' ' || v || s
  || coalesce(' ' || g || ' ' || v || g || ' ' || s || g || ' ' || v || s || g, '')
  || coalesce(' ' || a || ' ' || v || a || ' ' || s || a || ' ' || v || s || a, '')
  || coalesce(' ' || g || a || ' ' || v || g || a || ' ' || s || g || a || ' ' || v || s || g || a, '')
  || ' ' || o || ' ' || s || o
  || coalesce(' m' || m || ' m' || substr(m, 1, 4) || ' m' || substr(m, 1, 3) || ' m' || substr(m, 1, 2)
    || ' m' || substr(m, 1, 1), '')
  || ' ' || (
    WITH RECURSIVE
      chunks (start, chunk) AS (
        SELECT 0, substr(searched, 1, 66)
        UNION ALL
        SELECT start + 64, substr(searched, start + 65, 66) FROM chunks WHERE length(chunk) = 66
      ),
      numbers (n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM numbers WHERE n < 64)
    SELECT coalesce(group_concat(size || hex(part), ' ' ORDER BY size DESC, nth), '') FROM (
      SELECT 3 AS size, start + n AS nth, substr(chunk, n, 3) AS part FROM chunks, numbers
      UNION ALL
      SELECT 2, min(start + n), substr(chunk, n, 2) FROM chunks, numbers GROUP BY 3
      UNION ALL
      SELECT 1, min(start + n), substr(chunk, n, 1) FROM chunks, numbers GROUP BY 3
    ) WHERE length(part) = size
  ) AS terms
FROM (
  SELECT place, searched, 'v' || replace(coalesce(override_verdict, verdict), '-', '') AS v, 's' || status AS s,
    'g' || nullif(hex(lower(gateway)), '') AS g, 'a' || nullif(hex(lower(adapter)), '') AS a,
    'o' || coalesce(nullif(hex(assignee), ''), 'x') AS o,
    iif(interface_mtu IS NULL OR override_verdict IS NOT NULL, NULL, printf('%05d', interface_mtu)) AS m
  FROM reports
);

INSERT INTO report_search (report_search) VALUES ('delete-all');
INSERT INTO report_search (rowid, terms) SELECT place, terms FROM report_terms;

CREATE TRIGGER reports_search_insert AFTER INSERT ON reports BEGIN
  INSERT INTO report_search (rowid, terms) SELECT place, terms FROM report_terms WHERE place = new.place;
END;
CREATE TRIGGER reports_search_update
AFTER UPDATE OF verdict, override_verdict, status, gateway, adapter, interface_mtu, assignee, searched
ON reports BEGIN
  DELETE FROM report_search WHERE rowid = old.place;
  INSERT INTO report_search (rowid, terms) SELECT place, terms FROM report_terms WHERE place = new.place;
END;
CREATE TRIGGER reports_search_delete AFTER DELETE ON reports BEGIN
  DELETE FROM report_search WHERE rowid = old.place;
END;
