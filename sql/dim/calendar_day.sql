-- Grain: one day. Written from include/contract/calendar.csv, which holds the State Council's holidays and 调休 only.
CREATE TABLE IF NOT EXISTS dim.calendar_day (
    day date PRIMARY KEY,
    is_workday boolean NOT NULL,
    workday_no integer NOT NULL,
    next_workday date NOT NULL,
    name text
);

COMMENT ON TABLE dim.calendar_day IS '日历 · working days with the holidays and 调休 of the State Council notices';
COMMENT ON COLUMN dim.calendar_day.day IS '日期 · Shanghai day';
COMMENT ON COLUMN dim.calendar_day.is_workday IS '是否工作日';
COMMENT ON COLUMN dim.calendar_day.workday_no IS '工作日序号 · working days from the first day of the calendar up to and including this day';
COMMENT ON COLUMN dim.calendar_day.next_workday IS '顺延工作日 · this day if it is a working day, else the first one after it';
COMMENT ON COLUMN dim.calendar_day.name IS '节假日 · holiday or 调休, else NULL';
