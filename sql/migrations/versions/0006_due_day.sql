-- The due day is a fact of the case: that of every case is worked out from what its facts were.
ALTER TABLE ods.case_fact ADD COLUMN due_on date;
UPDATE ods.case_fact AS fact SET due_on = due_day.day
FROM dim.calendar_day AS promise_day, dim.calendar_day AS due_day
WHERE
    fact.promised_at::date = promise_day.day
    AND due_day.is_workday
    AND due_day.workday_no = promise_day.workday_no + (NOT promise_day.is_workday)::integer + fact.suspended_workdays;
