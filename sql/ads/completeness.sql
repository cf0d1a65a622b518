-- Grain: one new city: 要素齐全率.
DROP VIEW IF EXISTS ads.completeness CASCADE;
CREATE VIEW ads.completeness AS
WITH rule AS (
    SELECT coalesce(array_agg(DISTINCT rule_id), '{}') AS ids FROM quality.rule WHERE dimension = '完整性' AND severity = 'critical'
),

counted AS (
    SELECT
        record.new_city,
        count(*) AS case_count,
        count(*) FILTER (WHERE NOT (record.failed_rules || record.warned_rules) && rule.ids) AS complete_count
    FROM dwd.case_record AS record
    CROSS JOIN rule
    WHERE record.is_countable
    GROUP BY record.new_city
)

SELECT
    new_city,
    case_count,
    complete_count,
    complete_count::numeric / nullif(case_count, 0) AS complete_rate
FROM counted;
COMMENT ON VIEW ads.completeness IS '要素齐全率 · cases all of whose required elements are filled';
COMMENT ON COLUMN ads.completeness.new_city IS '新城';
COMMENT ON COLUMN ads.completeness.case_count IS '汇聚办件数';
COMMENT ON COLUMN ads.completeness.complete_count IS '要素齐全办件数 · no critical completeness rule broken; one that is waived is broken all the same';
COMMENT ON COLUMN ads.completeness.complete_rate IS '要素齐全率 · 要素齐全 / 汇聚, 0–1';
