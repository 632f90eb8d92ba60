-- How many runs a case's code takes, where an administrator chose another number than the operator's.

ALTER TABLE cases ADD COLUMN max_runs INTEGER;
