-- The kind of network that leads to the gateway, of each report, and in the counts by week. Reports that are
-- older than this migration have 'unknown' until they are judged again.

ALTER TABLE reports ADD COLUMN network TEXT NOT NULL DEFAULT 'unknown';

DROP TRIGGER reports_count_insert;
DROP TRIGGER reports_count_update_before;
DROP TRIGGER reports_count_update_after;
DROP TRIGGER reports_count_delete;
DROP VIEW report_counted;
DROP TABLE report_counts;

-- As migration 0008 has it. The kinds that end in "-sum" count whatever the verdict and the network.

CREATE TABLE report_counts (
  kind TEXT NOT NULL,
  name TEXT NOT NULL,
  week TEXT NOT NULL,
  verdict TEXT NOT NULL,
  network TEXT NOT NULL,
  reports INTEGER NOT NULL,
  PRIMARY KEY (kind, name, week, verdict, network)
) WITHOUT ROWID;

CREATE VIEW report_counted AS
SELECT place, kind, iif(kind LIKE 'gateway%', gateway, iif(kind LIKE 'adapter%', adapter, '')) AS name, week,
  iif(kind LIKE '%-sum', '', verdict) AS verdict, iif(kind LIKE '%-sum', '', network) AS network
FROM (
  SELECT place, coalesce(lower(gateway), '') AS gateway, coalesce(lower(adapter), '') AS adapter,
    date(created_at, '-6 days', 'weekday 1') AS week, coalesce(override_verdict, verdict) AS verdict, network
  FROM reports
), (
  SELECT 'all' AS kind UNION ALL SELECT 'gateway' UNION ALL SELECT 'gateway-sum'
  UNION ALL SELECT 'adapter' UNION ALL SELECT 'adapter-sum'
);

INSERT INTO report_counts
SELECT kind, name, week, verdict, network, count(*) FROM report_counted GROUP BY 1, 2, 3, 4, 5;

CREATE TRIGGER reports_count_insert AFTER INSERT ON reports BEGIN
  INSERT INTO report_counts
  SELECT kind, name, week, verdict, network, 1 FROM report_counted WHERE place = new.place
  ON CONFLICT DO UPDATE SET reports = reports + 1;
END;
CREATE TRIGGER reports_count_update_before
BEFORE UPDATE OF verdict, override_verdict, gateway, adapter, network ON reports BEGIN
  UPDATE report_counts SET reports = reports - 1 WHERE (kind, name, week, verdict, network) IN (
    SELECT kind, name, week, verdict, network FROM report_counted WHERE place = old.place
  );
END;
CREATE TRIGGER reports_count_update_after
AFTER UPDATE OF verdict, override_verdict, gateway, adapter, network ON reports BEGIN
  INSERT INTO report_counts
  SELECT kind, name, week, verdict, network, 1 FROM report_counted WHERE place = new.place
  ON CONFLICT DO UPDATE SET reports = reports + 1;
END;
CREATE TRIGGER reports_count_delete BEFORE DELETE ON reports BEGIN
  UPDATE report_counts SET reports = reports - 1 WHERE (kind, name, week, verdict, network) IN (
    SELECT kind, name, week, verdict, network FROM report_counted WHERE place = old.place
  );
END;

-- All cases of a gateway, whatever the case of its letters.

CREATE INDEX cases_by_gateway ON cases (lower(gateway));
