-- Lists, filters and searches of reports that read what they show and little more, however many there are.
--
-- place: where a report stands in lists, greater is newer: the millisecond of its creation, or one more than
-- the greatest place where that is not greater.
-- searched: what a search looks at, each field between two U+0001, folded as api/store/report-search.ts does
-- it. Rows that are older than this migration are folded by lower() alone, until they are written again.

CREATE TABLE placed_reports (
  place INTEGER PRIMARY KEY,
  id TEXT NOT NULL UNIQUE,
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
  version INTEGER NOT NULL DEFAULT 1,
  searched TEXT NOT NULL DEFAULT ''
);

INSERT INTO placed_reports
SELECT nth + max(made_ms - nth) OVER (ORDER BY nth ROWS UNBOUNDED PRECEDING), id, run_id, case_id, created_at,
  source, verdict, confidence, direction, interface_mtu, gateway, adapter, label, status, note,
  override_verdict, override_reason, reviewed_at, reviewed_by, version,
  lower(char(1) || id || char(1) || coalesce(gateway || char(1), '') || coalesce(adapter || char(1), '')
    || coalesce(label || char(1), '') || iif(note = '', '', note || char(1)))
FROM (
  SELECT *, row_number() OVER (ORDER BY created_at, id) AS nth,
    CAST(strftime('%s', created_at) AS INTEGER) * 1000 + CAST(substr(created_at, 21, 3) AS INTEGER) AS made_ms
  FROM reports
);

DROP TABLE reports;
ALTER TABLE placed_reports RENAME TO reports;
CREATE INDEX reports_by_time ON reports (created_at);
CREATE INDEX reports_by_case ON reports (case_id);

-- One index for the filters and for text. A report is filed under the override, where there is one. Its
-- terms: "v", "s", "g" and "a" for the verdict, the status, the gateway and the adapter, and one for each
-- two, three and four of them, so that filters that nothing passes together are known to find nothing; "3"
-- for each three characters that follow each other, in their order; "2" for each two and "1" for each one,
-- for SQLite's own trigrams find nothing that is shorter than three characters, and words in Japanese have
-- two. Characters stand as the hexadecimal digits of their UTF-8. The text is taken in chunks, because
-- SQLite finds a character by reading all that stand before it.

CREATE VIEW report_terms AS
SELECT place,
  v || ' ' || s || ' ' || v || s
  || coalesce(' ' || g || ' ' || v || g || ' ' || s || g || ' ' || v || s || g, '')
  || coalesce(' ' || a || ' ' || v || a || ' ' || s || a || ' ' || v || s || a, '')
  || coalesce(' ' || g || a || ' ' || v || g || a || ' ' || s || g || a || ' ' || v || s || g || a, '')
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
    'g' || nullif(hex(lower(gateway)), '') AS g, 'a' || nullif(hex(lower(adapter)), '') AS a
  FROM reports
);

CREATE VIRTUAL TABLE report_search USING fts5 (terms, content = '', contentless_delete = 1, tokenize = 'ascii');
INSERT INTO report_search (rowid, terms) SELECT place, terms FROM report_terms;

CREATE TRIGGER reports_search_insert AFTER INSERT ON reports BEGIN
  INSERT INTO report_search (rowid, terms) SELECT place, terms FROM report_terms WHERE place = new.place;
END;
CREATE TRIGGER reports_search_update
AFTER UPDATE OF verdict, override_verdict, status, gateway, adapter, searched ON reports BEGIN
  DELETE FROM report_search WHERE rowid = old.place;
  INSERT INTO report_search (rowid, terms) SELECT place, terms FROM report_terms WHERE place = new.place;
END;
CREATE TRIGGER reports_search_delete AFTER DELETE ON reports BEGIN
  DELETE FROM report_search WHERE rowid = old.place;
END;

-- How many reports there are of each verdict, by week, which is named by its Monday: of all reports, of each
-- gateway and of each adapter. A report that names none of them is counted under ''. The kinds that end in
-- "-sum" count whatever the verdict: by them the names with the most reports are found.

CREATE TABLE report_counts (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  week TEXT NOT NULL,
  verdict TEXT NOT NULL,
  reports INTEGER NOT NULL,
  PRIMARY KEY (kind, name, week, verdict)
) WITHOUT ROWID;

CREATE VIEW report_counted AS
SELECT place, kind, iif(kind LIKE 'gateway%', gateway, iif(kind LIKE 'adapter%', adapter, '')) AS name, week,
  iif(kind LIKE '%-sum', '', verdict) AS verdict
FROM (
  SELECT place, coalesce(lower(gateway), '') AS gateway, coalesce(lower(adapter), '') AS adapter,
    date(created_at, '-6 days', 'weekday 1') AS week, coalesce(override_verdict, verdict) AS verdict
  FROM reports
), (
  SELECT 'all' AS kind UNION ALL SELECT 'gateway' UNION ALL SELECT 'gateway-sum'
  UNION ALL SELECT 'adapter' UNION ALL SELECT 'adapter-sum'
);

INSERT INTO report_counts SELECT kind, name, week, verdict, count(*) FROM report_counted GROUP BY 1, 2, 3, 4;

CREATE TRIGGER reports_count_insert AFTER INSERT ON reports BEGIN
  INSERT INTO report_counts SELECT kind, name, week, verdict, 1 FROM report_counted WHERE place = new.place
  ON CONFLICT DO UPDATE SET reports = reports + 1;
END;
CREATE TRIGGER reports_count_update_before
BEFORE UPDATE OF verdict, override_verdict, gateway, adapter ON reports BEGIN
  UPDATE report_counts SET reports = reports - 1 WHERE (kind, name, week, verdict) IN (
    SELECT kind, name, week, verdict FROM report_counted WHERE place = old.place
  );
END;
CREATE TRIGGER reports_count_update_after
AFTER UPDATE OF verdict, override_verdict, gateway, adapter ON reports BEGIN
  INSERT INTO report_counts SELECT kind, name, week, verdict, 1 FROM report_counted WHERE place = new.place
  ON CONFLICT DO UPDATE SET reports = reports + 1;
END;
CREATE TRIGGER reports_count_delete BEFORE DELETE ON reports BEGIN
  UPDATE report_counts SET reports = reports - 1 WHERE (kind, name, week, verdict) IN (
    SELECT kind, name, week, verdict FROM report_counted WHERE place = old.place
  );
END;
