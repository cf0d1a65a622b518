-- Question: how many cases that count were accepted on a day that the calendar does not have, and what days does it have?
-- Parameters: none. Reads dwd.case_record, dim.calendar_day. One row.
SELECT
    calendar.first_day,
    calendar.last_day,
    count(record.case_key) AS case_count
FROM (SELECT min(day) AS first_day, max(day) AS last_day FROM dim.calendar_day) AS calendar
LEFT JOIN dwd.case_record AS record
    ON record.is_countable
    AND NOT (record.accepted_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN calendar.first_day AND calendar.last_day
GROUP BY calendar.first_day, calendar.last_day;
