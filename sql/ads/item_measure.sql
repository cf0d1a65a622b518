-- Grain: one line of the action plan that the item catalogue answers, for the items in force on the latest data date.
DROP VIEW IF EXISTS ads.item_measure CASCADE;
CREATE VIEW ads.item_measure AS
WITH lacking AS (
    -- items with a gap in their guide
    SELECT DISTINCT
        source_id,
        record_key
    FROM quality.finding
    WHERE feed = 'item' AND rule_id IN ('I01', 'I02')
),

counted AS (
    SELECT
        count(*) AS items,
        sum(promised_workdays) FILTER (WHERE item_type_code = '01' AND legal_workdays IS NOT NULL) AS promised,
        sum(legal_workdays) FILTER (WHERE item_type_code = '01' AND promised_workdays IS NOT NULL) AS legal,
        count(*) FILTER (WHERE visit_count <= 1) AS one_visit,
        count(*) FILTER (WHERE case_type_code = '1') AS instant,
        count(*) FILTER (WHERE item_type_code = '20') AS services,
        count(*) FILTER (WHERE item_type_code = '20' AND lacking.record_key IS NULL) AS guides,
        count(DISTINCT use_level_code) FILTER (WHERE use_level_code IN ('3', '4', '5', '6')) AS levels
    FROM ads.item_in_force AS item
    LEFT JOIN lacking ON item.source_id = lacking.source_id AND item.record_key = lacking.record_key
)

SELECT
    line.task,
    line.title,
    line.numerator,
    line.denominator,
    line.value,
    line.target,
    line.is_share,
    line.value >= line.target AS is_reached
FROM counted
CROSS JOIN LATERAL (VALUES
    ('1a', '行政许可承诺时限压缩', legal - promised, legal, (legal - promised)::numeric / nullif(legal, 0), 0.7, true),
    ('1b', '最多跑一次事项占比', one_visit, items, one_visit::numeric / nullif(items, 0), 0.95, true),
    ('1c', '即办事项占比', instant, items, instant::numeric / nullif(items, 0), 0.5, true),
    ('14', '公共服务事项办事指南', guides, services, guides, 500, false),
    ('15', '四级架构', levels, 4, levels, 4, false)
) AS line (task, title, numerator, denominator, value, target, is_share);
COMMENT ON VIEW ads.item_measure IS '事项库指标 · lines of the action plan that the catalogue answers';
COMMENT ON COLUMN ads.item_measure.task IS '任务号';
COMMENT ON COLUMN ads.item_measure.title IS '指标';
COMMENT ON COLUMN ads.item_measure.numerator IS '分子 · 1a: working days saved, 14: with all elements of a guide, 15: of 市级、县级、镇级、村级';
COMMENT ON COLUMN ads.item_measure.denominator IS '分母 · 1a: legal working days, 14: public services in force';
COMMENT ON COLUMN ads.item_measure.value IS '现值 · a share from 0 to 1, or a number';
COMMENT ON COLUMN ads.item_measure.target IS '目标';
COMMENT ON COLUMN ads.item_measure.is_share IS '是否比例';
COMMENT ON COLUMN ads.item_measure.is_reached IS '是否达标';
