-- A time limit in calendar days for promises beyond the calendar. What the catalogue says is read anew when it is collected next, and its items
-- are rewritten then; until that, nothing is compared with a limit that is not known.
ALTER TABLE dim.service_item_version ADD COLUMN limit_days integer;
DROP FUNCTION quality.case_digest(text, text, text, text);
