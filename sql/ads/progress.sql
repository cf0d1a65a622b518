-- Grain: one line of the campaign (cases, ratings) × day on which something arrived.
DROP VIEW IF EXISTS ads.progress CASCADE;
CREATE VIEW ads.progress AS
WITH record AS (
    SELECT
        'case' AS line,
        first_arrived_date,
        completed_date,
        is_countable,
        is_qualified
    FROM dwd.case_record
    UNION ALL
    SELECT
        'rating' AS line,
        first_arrived_date,
        completed_date,
        is_countable,
        is_qualified
    FROM dwd.rating
),

arrived AS (
    SELECT
        line,
        first_arrived_date AS day,
        count(*) AS total_count
    FROM record
    WHERE is_countable
    GROUP BY line, first_arrived_date
),

completed AS (
    SELECT
        line,
        completed_date AS day,
        count(*) AS qualified_count
    FROM record
    WHERE is_qualified
    GROUP BY line, completed_date
),

final AS (
    SELECT
        coalesce(arrived.line, completed.line) AS line,
        coalesce(arrived.day, completed.day) AS day,
        coalesce(arrived.total_count, 0) AS arrived_count,
        coalesce(completed.qualified_count, 0) AS qualified_count
    FROM arrived
    FULL JOIN completed ON arrived.line = completed.line AND arrived.day = completed.day
)

SELECT
    final.line,
    final.day,
    final.arrived_count,
    final.qualified_count,
    sum(final.arrived_count) OVER by_day AS arrived_total,
    sum(final.qualified_count) OVER by_day AS qualified_total,
    setting.value AS target_count,
    verification.is_lower_bound
FROM final
INNER JOIN ops.setting AS setting ON final.line || '_target' = setting.name
CROSS JOIN ads.verification AS verification
WINDOW by_day AS (PARTITION BY final.line ORDER BY final.day);
COMMENT ON VIEW ads.progress IS '进度 · by arrival day';
COMMENT ON COLUMN ads.progress.line IS '目标 · case 办件, rating 评价';
COMMENT ON COLUMN ads.progress.day IS '到达日期 · Shanghai day on which sources synchronised';
COMMENT ON COLUMN ads.progress.arrived_count IS '当日新到数 · first delivered that day';
COMMENT ON COLUMN ads.progress.qualified_count IS '当日到齐的合格数 · the last of whose rows came that day';
COMMENT ON COLUMN ads.progress.arrived_total IS '累计汇聚数';
COMMENT ON COLUMN ads.progress.qualified_total IS '累计合格数 · what is 合格 now, by the day it was complete';
COMMENT ON COLUMN ads.progress.target_count IS '目标数';
COMMENT ON COLUMN ads.progress.is_lower_bound IS '是否下限 · as in ads.verification: no day may be called the one on which the target was reached';
