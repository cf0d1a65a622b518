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
),

doubt AS (
    SELECT array_agg(source.name ORDER BY source.priority, source.source_id) AS names
    FROM dim.source AS source
    LEFT JOIN ops.source_state AS state ON source.source_id = state.source_id
    WHERE source.is_enabled AND state.state IS DISTINCT FROM 'balanced'
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
    doubt.names IS NOT NULL AS is_lower_bound,
    coalesce(doubt.names, '{}') AS unverified_sources
FROM figure
INNER JOIN ops.setting AS setting ON figure.line || '_target' = setting.name
CROSS JOIN doubt;
COMMENT ON VIEW ads.target_line IS '目标线 · 汇聚、合格 against the target, one row each for cases and ratings';
COMMENT ON COLUMN ads.target_line.line IS '目标 · case: 行动方案任务 2; rating: 任务 3';
COMMENT ON COLUMN ads.target_line.title IS '名称';
COMMENT ON COLUMN ads.target_line.total_count IS '汇聚数';
COMMENT ON COLUMN ads.target_line.qualified_count IS '合格数';
COMMENT ON COLUMN ads.target_line.target_count IS '目标数';
COMMENT ON COLUMN ads.target_line.total_gap IS '汇聚差额 · target − 汇聚; negative when passed';
COMMENT ON COLUMN ads.target_line.qualified_gap IS '合格差额 · target − 合格; negative when passed';
COMMENT ON COLUMN ads.target_line.qualified_rate IS '合格率 · 合格 / 汇聚, 0–1';
COMMENT ON COLUMN ads.target_line.is_lower_bound IS '是否下限 · a source is not verified, so the true figure may be higher';
COMMENT ON COLUMN ads.target_line.unverified_sources IS '未核实来源 · names';
