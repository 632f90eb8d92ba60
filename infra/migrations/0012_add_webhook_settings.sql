-- What issue trackers ask for: `authorization` is the header of that name, sealed, and `jira` is JSON.

ALTER TABLE webhooks ADD COLUMN authorization TEXT;
ALTER TABLE webhooks ADD COLUMN jira TEXT;
