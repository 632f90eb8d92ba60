-- Whether a case's runs may begin logins with the gateway: 1 or 0. Whoever opened a case before was not told.

ALTER TABLE cases ADD COLUMN rehearsal INTEGER NOT NULL DEFAULT 0;
