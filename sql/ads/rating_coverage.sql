-- Grain: one kind of things that must be covered by ratings.
DROP VIEW IF EXISTS ads.rating_coverage CASCADE;
CREATE VIEW ads.rating_coverage AS
SELECT
    kind,
    CASE kind
        WHEN 'item' THEN '事项'
        WHEN 'department' THEN '评价对象 · 部门'
        WHEN 'centre' THEN '评价对象 · 新城中心'
        WHEN 'station' THEN '评价对象 · 站点'
        WHEN 'channel' THEN '服务渠道'
    END AS title,
    count(*) FILTER (WHERE is_covered) AS covered_count,
    count(*) AS object_count,
    count(*) FILTER (WHERE is_covered)::numeric / count(*) AS coverage_rate
FROM ads.rating_object
GROUP BY kind;
COMMENT ON VIEW ads.rating_coverage IS '评价覆盖率 · 三个全覆盖; what is not covered is listed in ads.rating_object';
COMMENT ON COLUMN ads.rating_coverage.kind IS '类别 · as in ads.rating_object';
COMMENT ON COLUMN ads.rating_coverage.title IS '名称';
COMMENT ON COLUMN ads.rating_coverage.covered_count IS '已覆盖数 · with at least one rating';
COMMENT ON COLUMN ads.rating_coverage.object_count IS '应覆盖数 · with at least one finished case; channels: all';
COMMENT ON COLUMN ads.rating_coverage.coverage_rate IS '覆盖率 · 0–1';
