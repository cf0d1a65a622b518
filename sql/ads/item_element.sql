-- Grain: one of the eight elements of an item (action plan, task 17), in its order.
DROP VIEW IF EXISTS ads.item_element CASCADE;
CREATE VIEW ads.item_element AS
WITH element AS (
    -- the columns whose findings speak of it; findings on materials stand at the item's own key
    SELECT *
    FROM (VALUES
        (1, '名称', ARRAY['task_name']),
        (2, '编码', ARRAY['task_code', 'catalog_code', 'task_handle_item']),
        (3, '依据', ARRAY['by_law']),
        (4, '办理时限', ARRAY['promise_day', 'promise_type', 'anticipate_day', 'anticipate_type']),
        (5, '办理时间', ARRAY['transact_time']),
        (6, '办理地点', ARRAY['transact_addr']),
        (7, '申请材料', ARRAY['row_guid']),
        (8, '办事流程', ARRAY['handle_flow'])
    ) AS listed (place, name, columns)
),

fault AS (
    -- one row per element of an item with findings
    SELECT
        finding.source_id,
        finding.record_key,
        element.place,
        bool_or(finding.rule_id IN ('I01', 'I02', 'I03')) AS is_missing
    FROM quality.finding AS finding
    INNER JOIN element ON finding.column_name = any(element.columns)
    WHERE finding.feed = 'item'
    GROUP BY finding.source_id, finding.record_key, element.place
)

SELECT
    element.place,
    element.name AS element,
    count(*) AS item_count,
    count(*) FILTER (WHERE NOT coalesce(fault.is_missing, false)) AS complete_count,
    count(*) FILTER (WHERE fault.place IS NULL) AS accurate_count,
    count(*) FILTER (WHERE NOT coalesce(fault.is_missing, false))::numeric / count(*) AS complete_rate,
    count(*) FILTER (WHERE fault.place IS NULL)::numeric / count(*) AS accurate_rate
FROM element
CROSS JOIN ads.item_in_force AS item
LEFT JOIN fault ON item.source_id = fault.source_id AND item.record_key = fault.record_key AND element.place = fault.place
GROUP BY element.place, element.name;
COMMENT ON VIEW ads.item_element IS '事项要素 · how many items in force have each of the eight elements';
COMMENT ON COLUMN ads.item_element.place IS '序号';
COMMENT ON COLUMN ads.item_element.element IS '要素';
COMMENT ON COLUMN ads.item_element.item_count IS '在用事项数';
COMMENT ON COLUMN ads.item_element.complete_count IS '齐全数 · filled; materials: at least one is listed';
COMMENT ON COLUMN ads.item_element.accurate_count IS '准确数 · no rule of the catalogue is broken in it, those of the comparison across implementers included';
COMMENT ON COLUMN ads.item_element.complete_rate IS '齐全率 · 0–1';
COMMENT ON COLUMN ads.item_element.accurate_rate IS '准确率 · 0–1';
