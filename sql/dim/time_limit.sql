-- Grain: one limit from one day on. Written from include/contract/time_limits.csv. A thing that began on a day keeps the limit of that day.
CREATE TABLE IF NOT EXISTS dim.time_limit (
    name text NOT NULL,
    effective_from date NOT NULL,
    workdays integer NOT NULL CHECK (workdays >= 0),
    meaning text NOT NULL,
    basis text NOT NULL,
    state text NOT NULL,
    PRIMARY KEY (name, effective_from)
);

COMMENT ON TABLE dim.time_limit IS '时限 · limits in working days with their legal basis';
COMMENT ON COLUMN dim.time_limit.name IS '名称 · as used by dim.due_day';
COMMENT ON COLUMN dim.time_limit.effective_from IS '生效日期 · until the next row of the same name';
COMMENT ON COLUMN dim.time_limit.workdays IS '工作日数';
COMMENT ON COLUMN dim.time_limit.meaning IS '含义';
COMMENT ON COLUMN dim.time_limit.basis IS '依据 · named regulation, or that there is none';
COMMENT ON COLUMN dim.time_limit.state IS '状态 · 待确认 until the responsible unit has confirmed it';

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
