-- A count of no report names a gateway or an adapter that nothing else names any more.

DELETE FROM report_counts WHERE reports <= 0;

CREATE TRIGGER report_counts_of_none AFTER UPDATE OF reports ON report_counts WHEN new.reports <= 0 BEGIN
  DELETE FROM report_counts
  WHERE (kind, name, week, verdict, network) = (new.kind, new.name, new.week, new.verdict, new.network);
END;
