-- Grain: one line of the campaign: cases, ratings.
DROP VIEW IF EXISTS ads.target_line CASCADE;
CREATE VIEW ads.target_line AS
WITH figure AS (
    -- what the sums of the daily tallies are, without making their groups
    SELECT
        'case' AS line,
        '办件' AS title,
        count(*) FILTER (WHERE is_countable) AS total_count,
        count(*) FILTER (WHERE is_qualified) AS qualified_count
    FROM dwd.case_record
    UNION ALL
    SELECT
        'rating' AS line,
        '评价' AS title,
        count(*) FILTER (WHERE is_countable) AS total_count,
        count(*) FILTER (WHERE is_qualified) AS qualified_count
    FROM dwd.rating
)

SELECT
    figure.line,
    figure.title,
    figure.total_count,
    figure.qualified_count,
    setting.value AS target_count,
    setting.value - figure.total_count AS total_gap,
    setting.value - figure.qualified_count AS qualified_gap,
    figure.qualified_count::numeric / nullif(figure.total_count, 0) AS qualified_rate,
    verification.is_lower_bound,
    verification.unverified_sources,
    verification.waiting_count
FROM figure
INNER JOIN ops.setting AS setting ON figure.line || '_target' = setting.name
CROSS JOIN ads.verification AS verification;
COMMENT ON VIEW ads.target_line IS '目标线 · 汇聚、合格 against the target, one row each for cases and ratings';
COMMENT ON COLUMN ads.target_line.line IS '目标 · case: 行动方案任务 2; rating: 任务 3';
COMMENT ON COLUMN ads.target_line.title IS '名称';
COMMENT ON COLUMN ads.target_line.total_count IS '汇聚数';
COMMENT ON COLUMN ads.target_line.qualified_count IS '合格数';
COMMENT ON COLUMN ads.target_line.target_count IS '目标数';
COMMENT ON COLUMN ads.target_line.total_gap IS '汇聚差额 · target − 汇聚; negative when passed';
COMMENT ON COLUMN ads.target_line.qualified_gap IS '合格差额 · target − 合格; negative when passed';
COMMENT ON COLUMN ads.target_line.qualified_rate IS '合格率 · 合格 / 汇聚, 0–1';
COMMENT ON COLUMN ads.target_line.is_lower_bound IS '是否下限 · not everything is collected, inspected and explained (ads.verification): the figure may not be claimed';
COMMENT ON COLUMN ads.target_line.unverified_sources IS '未核实来源 · names';
COMMENT ON COLUMN ads.target_line.waiting_count IS '待检数 · cases and items that wait for inspection';
