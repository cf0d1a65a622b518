-- Grain: one run: the figures it closed with.
DROP VIEW IF EXISTS ads.as_of CASCADE;
CREATE VIEW ads.as_of AS
SELECT
    data_date,
    run_id,
    closed_at,
    total_count,
    qualified_count,
    rating_total_count,
    rating_qualified_count,
    unexplained_count,
    cardinality(unverified_sources) > 0 OR unexplained_count > 0 OR coalesce(waiting_count, 0) > 0 AS is_lower_bound,
    unverified_sources,
    waiting_count
FROM ops.run
WHERE closed_at IS NOT NULL;
COMMENT ON VIEW ads.as_of IS '数据截至 · figures as each run closed them, never changed afterwards';
COMMENT ON COLUMN ads.as_of.data_date IS '数据日期';
COMMENT ON COLUMN ads.as_of.run_id IS '运行号';
COMMENT ON COLUMN ads.as_of.closed_at IS '关账时间';
COMMENT ON COLUMN ads.as_of.total_count IS '汇聚办件数';
COMMENT ON COLUMN ads.as_of.qualified_count IS '合格办件数';
COMMENT ON COLUMN ads.as_of.rating_total_count IS '汇聚评价数';
COMMENT ON COLUMN ads.as_of.rating_qualified_count IS '合格评价数';
COMMENT ON COLUMN ads.as_of.unexplained_count IS '未解释数 · 0 when the books balance';
COMMENT ON COLUMN ads.as_of.is_lower_bound IS '是否下限 · at closing';
COMMENT ON COLUMN ads.as_of.unverified_sources IS '未核实来源 · ids';
COMMENT ON COLUMN ads.as_of.waiting_count IS '待检数 · cases and items that waited for inspection at closing; NULL where that was not noted yet';
