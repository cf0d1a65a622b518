-- Grain: one 基本编码 × element in which its implementers differ (action plan, task 18).
DROP VIEW IF EXISTS ads.item_comparison CASCADE;
CREATE VIEW ads.item_comparison AS
WITH implemented AS (
    SELECT
        *,
        count(*) OVER (PARTITION BY catalog_code) AS implementer_count,
        min(name) OVER (PARTITION BY catalog_code) AS first_name
    FROM ads.item_in_force
)

SELECT
    item.catalog_code,
    item.first_name AS name,
    finding.column_name AS element,
    item.implementer_count,
    count(*) AS differing_count,
    array_agg(item.item_code ORDER BY item.item_code) AS differing_items,
    coalesce(
        array_agg(DISTINCT item.department_name ORDER BY item.department_name) FILTER (WHERE item.department_name IS NOT NULL), '{}'
    ) AS differing_departments
FROM implemented AS item
INNER JOIN quality.finding AS finding
    ON item.source_id = finding.source_id AND item.record_key = finding.record_key
    AND finding.feed = 'item' AND finding.rule_id = 'I11'
GROUP BY item.catalog_code, item.first_name, finding.column_name, item.implementer_count;
COMMENT ON VIEW ads.item_comparison IS '同一事项比对 · elements in which the implementers of a 基本编码 do not say the same (I11)';
COMMENT ON COLUMN ads.item_comparison.catalog_code IS '基本编码';
COMMENT ON COLUMN ads.item_comparison.name IS '事项名称 · of one of them';
COMMENT ON COLUMN ads.item_comparison.element IS '要素 · column of ods.item; row_guid stands for the materials listed';
COMMENT ON COLUMN ads.item_comparison.implementer_count IS '实施主体数 · items in force with this 基本编码';
COMMENT ON COLUMN ads.item_comparison.differing_count IS '不一致数 · of them, not with the majority; without a majority, all';
COMMENT ON COLUMN ads.item_comparison.differing_items IS '不一致事项 · item codes';
COMMENT ON COLUMN ads.item_comparison.differing_departments IS '不一致的实施主体';
