-- Grain: one day on which something arrived.
DROP VIEW IF EXISTS ads.progress CASCADE;
CREATE VIEW ads.progress AS
WITH arrived AS (
    SELECT
        first_arrived_date AS day,
        count(*) AS case_count
    FROM dwd.case_record
    WHERE is_countable
    GROUP BY first_arrived_date
),

completed AS (
    SELECT
        completed_date AS day,
        count(*) AS qualified_count
    FROM dwd.case_record
    WHERE is_qualified
    GROUP BY completed_date
)

SELECT
    coalesce(arrived.day, completed.day) AS day,
    coalesce(arrived.case_count, 0) AS arrived_count,
    coalesce(completed.qualified_count, 0) AS qualified_count,
    sum(coalesce(arrived.case_count, 0)) OVER by_day AS arrived_total,
    sum(coalesce(completed.qualified_count, 0)) OVER by_day AS qualified_total,
    setting.value AS target_count
FROM arrived
FULL JOIN completed ON arrived.day = completed.day
CROSS JOIN ops.setting AS setting
WHERE setting.name = 'case_target'
WINDOW by_day AS (ORDER BY coalesce(arrived.day, completed.day));
COMMENT ON VIEW ads.progress IS '进度 · by arrival day';
COMMENT ON COLUMN ads.progress.day IS '到达日期 · Shanghai day on which sources synchronised';
COMMENT ON COLUMN ads.progress.arrived_count IS '当日新到办件数 · first delivered that day';
COMMENT ON COLUMN ads.progress.qualified_count IS '当日到齐的合格办件数 · the last of whose rows came that day';
COMMENT ON COLUMN ads.progress.arrived_total IS '累计汇聚办件数';
COMMENT ON COLUMN ads.progress.qualified_total IS '累计合格办件数 · cases that are 合格 now, by the day they were complete';
COMMENT ON COLUMN ads.progress.target_count IS '目标数';
