-- A time limit in calendar days for promises beyond the calendar. What the catalogue says is read anew when it is collected next, and its items
-- are rewritten then; until that, nothing is compared with a limit that is not known.
ALTER TABLE dim.service_item_version ADD COLUMN limit_days integer;
DROP FUNCTION quality.case_digest(text, text, text, text);
-- Whether a rating was a bad one before its source edited it: of those that are there, by their versions.
ALTER TABLE dwd.rating ADD COLUMN was_negative boolean NOT NULL DEFAULT false;
UPDATE dwd.rating AS rating SET was_negative = true
FROM ods.rating AS past, dim.source_code AS level
WHERE
    past.record_key = rating.record_key AND past.source_id = rating.source_id AND NOT past.is_current
    AND level.source_id = past.source_id AND level.column_name = 'satisfaction' AND level.raw_code = past.satisfaction
    AND level.code IN ('1', '2');
