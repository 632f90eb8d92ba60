-- What an admin who overrides a verdict tells the user on the fix card, in place of the analyzer's advice.

ALTER TABLE reports ADD COLUMN override_user_text TEXT;
