-- Grain: one limit for one day on which something began.
DROP VIEW IF EXISTS dim.due_day CASCADE;
CREATE VIEW dim.due_day AS
WITH effective AS (
    SELECT
        name,
        workdays,
        effective_from,
        lead(effective_from, 1, 'infinity') OVER (PARTITION BY name ORDER BY effective_from) AS effective_until
    FROM dim.time_limit
)

SELECT
    effective.name,
    began.day AS began_date,
    due.day AS due_date
FROM effective
INNER JOIN dim.calendar_day AS began ON effective.effective_from <= began.day AND effective.effective_until > began.day
INNER JOIN dim.calendar_day AS due ON due.is_workday AND began.workday_no + effective.workdays = due.workday_no;

COMMENT ON VIEW dim.due_day IS '到期日 · last day of each limit by the day on which it begins, in working days';
COMMENT ON COLUMN dim.due_day.name IS '时限名称 · dim.time_limit';
COMMENT ON COLUMN dim.due_day.began_date IS '起算日 · not counted itself';
COMMENT ON COLUMN dim.due_day.due_date IS '到期日 · a working day';
