-- What a case asks the user for beyond measuring: a JSON list.

ALTER TABLE cases ADD COLUMN ask TEXT NOT NULL DEFAULT '[]';
