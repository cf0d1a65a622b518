-- Grain: one row: the latest data date of all runs; NULL before the first. The warehouse holds everything up to it, also while or after an
-- older day is run again, so that what depends on the day (overdue, due soon, in force) does not go back.
DROP VIEW IF EXISTS ops.latest_data_date CASCADE;
CREATE VIEW ops.latest_data_date AS
SELECT max(data_date) AS data_date
FROM ops.run;

COMMENT ON VIEW ops.latest_data_date IS '最近数据日期 · the day as of which measures of the day are taken';
COMMENT ON COLUMN ops.latest_data_date.data_date IS '数据日期 · the latest of all runs; a rerun of an older day does not move it back';
