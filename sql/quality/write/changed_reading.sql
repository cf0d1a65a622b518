-- Question: what do verdicts follow from today, and what of it has changed since the last inspection?
-- Parameters: statements, a JSON object: digest of the statements by feed. Reads dim, ops.setting, quality.reading, quality.rule. Makes the
-- temporary tables present_reading, one row per row of quality.reading to be, and changed_reading, one row per part and key that differs; it is
-- empty where nothing was ever inspected.
DROP TABLE IF EXISTS present_reading, changed_reading;
CREATE TEMPORARY TABLE present_reading ON COMMIT DROP AS
SELECT
    'statement' AS part,
    given.key,
    given.value AS digest
FROM jsonb_each_text(%(statements)s) AS given
UNION ALL
SELECT
    'calendar' AS part,
    '' AS key,
    md5(string_agg(concat_ws('|', day, is_workday, workday_no, next_workday), E'\n' ORDER BY day)) AS digest
FROM dim.calendar_day
HAVING count(*) > 0
UNION ALL
SELECT
    'source' AS part,
    source_id AS key,
    md5(concat_ws('|', is_sheet, priority, feeds, own_lists, filled_columns, counter_seconds, extra_columns, own_stations_only)) AS digest
FROM dim.source
UNION ALL
SELECT
    'source_codes' AS part,
    source_id AS key,
    md5(string_agg(concat_ws('|', column_name, raw_code, code), E'\n' ORDER BY column_name, raw_code)) AS digest
FROM dim.source_code
GROUP BY source_id
UNION ALL
SELECT
    'station' AS part,
    station_code AS key,
    md5(string_agg(concat_ws('|', source_id, is_own, new_city, street, valid_from, valid_to), E'\n' ORDER BY valid_from)) AS digest
FROM dim.station
GROUP BY station_code
UNION ALL
SELECT
    'organisation' AS part,
    code AS key,
    md5(string_agg(concat_ws('|', valid_from, valid_to), E'\n' ORDER BY valid_from)) AS digest
FROM dim.organisation
GROUP BY code
UNION ALL
SELECT
    'code_list' AS part,
    list AS key,
    md5(string_agg(concat_ws('|', code, canonical), E'\n' ORDER BY code)) AS digest
FROM dim.code
GROUP BY list
UNION ALL
SELECT
    'setting' AS part,
    name AS key,
    value::text AS digest
FROM ops.setting;

CREATE TEMPORARY TABLE changed_reading ON COMMIT DROP AS
SELECT
    coalesce(present.part, read.part) AS part,
    coalesce(present.key, read.key) AS key
FROM present_reading AS present
FULL JOIN quality.reading AS read ON present.part = read.part AND present.key = read.key
WHERE
    present.digest IS DISTINCT FROM read.digest
    AND EXISTS (SELECT FROM quality.rule)
    -- of a release that noted nothing only the statements are known to be other ones
    AND (present.part = 'statement' OR EXISTS (SELECT FROM quality.reading));
