-- Question: how many cases that count have come to days after the last of the calendar? A promise counts once its day has come; a
-- time later than its delivery (T05) is a mistake and no day of the case.
-- Parameters: none. Reads dwd.case_record, dim.calendar_day, ops.run. One row.
SELECT
    calendar.last_day,
    count(record.case_key) AS case_count
FROM (SELECT max(day) AS last_day FROM dim.calendar_day) AS calendar
LEFT JOIN dwd.case_record AS record
    ON record.is_countable
    AND NOT 'T05' = any(record.failed_rules)
    AND greatest(
        (record.accepted_at AT TIME ZONE 'Asia/Shanghai')::date,
        (record.finished_at AT TIME ZONE 'Asia/Shanghai')::date,
        least((record.promised_at AT TIME ZONE 'Asia/Shanghai')::date, (SELECT latest.data_date FROM ops.latest_data_date AS latest))
    ) > calendar.last_day
GROUP BY calendar.last_day;
