-- Grain: one new city: whether its cases use the item version in force when they were accepted (action plan, task 16).
DROP VIEW IF EXISTS ads.item_version_use CASCADE;
CREATE VIEW ads.item_version_use AS
SELECT
    record.new_city,
    count(*) AS case_count,
    count(*) FILTER (WHERE record.item_version = version.item_version) AS in_force_count,
    count(*) FILTER (WHERE record.item_version <> version.item_version) AS other_version_count,
    count(*) FILTER (WHERE record.item_version IS NULL OR version.item_version IS NULL) AS unknown_count,
    count(*) FILTER (WHERE record.item_version = version.item_version)::numeric / count(*) AS in_force_rate
FROM dwd.case_record AS record
LEFT JOIN dim.service_item_version AS version
    ON record.item_code = version.item_code
    AND version.valid_from <= record.accepted_at AT TIME ZONE 'Asia/Shanghai'
    AND version.valid_until > record.accepted_at AT TIME ZONE 'Asia/Shanghai'
WHERE record.is_countable
GROUP BY record.new_city;
COMMENT ON VIEW ads.item_version_use IS '事项版本使用 · cases by whether their item version is the one in force at acceptance';
COMMENT ON COLUMN ads.item_version_use.new_city IS '新城';
COMMENT ON COLUMN ads.item_version_use.case_count IS '汇聚办件数';
COMMENT ON COLUMN ads.item_version_use.in_force_count IS '使用有效版本 · where a source cannot carry the version, the collector fills the one in force';
COMMENT ON COLUMN ads.item_version_use.other_version_count IS '使用其他版本';
COMMENT ON COLUMN ads.item_version_use.unknown_count IS '无从判断 · no readable version, or no version of the item in force then';
COMMENT ON COLUMN ads.item_version_use.in_force_rate IS '有效版本使用率 · 0–1';
