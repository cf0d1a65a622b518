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
