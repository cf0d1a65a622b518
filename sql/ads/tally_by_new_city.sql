-- Grain: one new city.
DROP VIEW IF EXISTS ads.tally_by_new_city CASCADE;
CREATE VIEW ads.tally_by_new_city AS
SELECT
    new_city,
    sum(delivered_count)::bigint AS delivered_count,
    sum(accepted_count)::bigint AS accepted_count,
    sum(quarantined_count)::bigint AS quarantined_count,
    sum(duplicate_count)::bigint AS duplicate_count,
    sum(case_count)::bigint AS case_count,
    sum(qualified_count)::bigint AS qualified_count,
    sum(qualified_count) / nullif(sum(case_count), 0) AS qualified_rate
FROM dws.tally_case_daily
GROUP BY new_city;
COMMENT ON VIEW ads.tally_by_new_city IS '新城汇总';
COMMENT ON COLUMN ads.tally_by_new_city.new_city IS '新城';
COMMENT ON COLUMN ads.tally_by_new_city.delivered_count IS '送达数 · = 通过 + 隔离 + 重复';
COMMENT ON COLUMN ads.tally_by_new_city.accepted_count IS '通过数';
COMMENT ON COLUMN ads.tally_by_new_city.quarantined_count IS '隔离数';
COMMENT ON COLUMN ads.tally_by_new_city.duplicate_count IS '重复数';
COMMENT ON COLUMN ads.tally_by_new_city.case_count IS '汇聚办件数';
COMMENT ON COLUMN ads.tally_by_new_city.qualified_count IS '合格办件数';
COMMENT ON COLUMN ads.tally_by_new_city.qualified_rate IS '合格率 · 合格 / 汇聚, 0–1';
