-- Grain: one item of the catalogue: its version in force on the latest data date. One whose effective date cannot be read is in force never.
DROP VIEW IF EXISTS ads.item_in_force CASCADE;
CREATE VIEW ads.item_in_force AS
SELECT DISTINCT ON (item.case_key)
    item.source_id,
    item.record_key,
    quality.filled(item.task_code) AS item_code,
    quality.filled(item.task_version) AS item_version,
    quality.filled(item.catalog_code) AS catalog_code,
    quality.filled(item.task_name) AS name,
    quality.filled(item.task_type) AS item_type_code,
    quality.filled(item.use_level) AS use_level_code,
    quality.filled(item.dept_name) AS department_name,
    quality.filled(item.project_type) AS case_type_code,
    CASE WHEN item.promise_type = '1' AND item.promise_day ~ '^[0-9]{1,4}$' THEN item.promise_day::integer END AS promised_workdays,
    CASE WHEN item.anticipate_type = '1' AND item.anticipate_day ~ '^[0-9]{1,4}$' THEN item.anticipate_day::integer END AS legal_workdays,
    CASE WHEN item.limit_scene_num ~ '^[0-9]{1,4}$' THEN item.limit_scene_num::integer END AS visit_count
FROM ods.item AS item
CROSS JOIN ops.latest_data_date AS run
WHERE
    ods.is_live(item.is_current, item.operation)
    AND quality.parse_time(item.plan_effective_date, true)::date <= run.data_date
    AND coalesce(quality.parse_time(item.plan_cancel_date, true)::date >= run.data_date, true)
ORDER BY item.case_key ASC, item.plan_effective_date DESC, item.synced_at DESC, item.record_key ASC;
COMMENT ON VIEW ads.item_in_force IS '在用事项 · items of the catalogue in force on the latest data date, each in its newest version';
COMMENT ON COLUMN ads.item_in_force.source_id IS '来源 · id in the register';
COMMENT ON COLUMN ads.item_in_force.record_key IS '记录键 · as in ods.item';
COMMENT ON COLUMN ads.item_in_force.item_code IS '实施编码';
COMMENT ON COLUMN ads.item_in_force.item_version IS '事项版本';
COMMENT ON COLUMN ads.item_in_force.catalog_code IS '基本编码 · the same for all who implement the item';
COMMENT ON COLUMN ads.item_in_force.name IS '事项名称';
COMMENT ON COLUMN ads.item_in_force.item_type_code IS '事项类型 · list task_type';
COMMENT ON COLUMN ads.item_in_force.use_level_code IS '行使层级 · list use_level';
COMMENT ON COLUMN ads.item_in_force.department_name IS '实施主体';
COMMENT ON COLUMN ads.item_in_force.case_type_code IS '办件类型 · list project_type';
COMMENT ON COLUMN ads.item_in_force.promised_workdays IS '承诺办结时限 · working days; NULL in another unit';
COMMENT ON COLUMN ads.item_in_force.legal_workdays IS '法定办结时限 · working days; NULL in another unit';
COMMENT ON COLUMN ads.item_in_force.visit_count IS '到办事现场次数';
