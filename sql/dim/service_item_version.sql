-- Grain: one version of one service item, with the time it is in force. Written by sql/dim/write/service_item_version__refresh.sql.
CREATE TABLE IF NOT EXISTS dim.service_item_version (
    item_code text NOT NULL,
    item_version text NOT NULL,
    name text,
    item_type_code text,
    use_level_code text,
    department_name text,
    department_code text,
    case_type_code text,
    server_types text,
    promised_workdays integer,
    promised_days integer,
    limit_days integer,
    has_certificate boolean NOT NULL,
    requires_material boolean NOT NULL,
    handle_items text[],
    is_well_formed boolean GENERATED ALWAYS AS (quality.is_item_code(item_code)) STORED,
    valid_from timestamp,
    valid_until timestamp NOT NULL,
    is_entrusted boolean NOT NULL,
    PRIMARY KEY (item_code, item_version)
);

COMMENT ON TABLE dim.service_item_version IS '事项版本 · item catalogue of the province, one row per version; versions of an item never overlap';
COMMENT ON COLUMN dim.service_item_version.item_code IS '实施编码 · 31 characters';
COMMENT ON COLUMN dim.service_item_version.item_version IS '事项版本 · empty where the catalogue names none';
COMMENT ON COLUMN dim.service_item_version.name IS '事项名称';
COMMENT ON COLUMN dim.service_item_version.item_type_code IS '事项类型 · list task_type';
COMMENT ON COLUMN dim.service_item_version.use_level_code IS '行使层级 · list use_level';
COMMENT ON COLUMN dim.service_item_version.department_name IS '实施主体';
COMMENT ON COLUMN dim.service_item_version.department_code IS '实施主体编码 · unified social credit code';
COMMENT ON COLUMN dim.service_item_version.case_type_code IS '办件类型 · list project_type; NULL where its handling items differ';
COMMENT ON COLUMN dim.service_item_version.server_types IS '服务对象 · comma list of applicant types; NULL where its handling items differ';
COMMENT ON COLUMN dim.service_item_version.promised_workdays IS '承诺办结时限 · working days; NULL where the unit is another one or its handling items differ';
COMMENT ON COLUMN dim.service_item_version.promised_days IS '承诺办结时限（自然日） · calendar days where the unit is not working days, a month as 30; NULL where its handling items differ';
COMMENT ON COLUMN dim.service_item_version.limit_days IS '最长时限（自然日） · the most calendar days that the statutory limit (法定办结时限) or the promise, whichever is longer, can take; NULL where the catalogue says neither';
COMMENT ON COLUMN dim.service_item_version.has_certificate IS '是否有结果证照 · every handling item of it names a result, or the catalogue never names any';
COMMENT ON COLUMN dim.service_item_version.requires_material IS '是否有必要材料 · a handling item of it lists a required material';
COMMENT ON COLUMN dim.service_item_version.handle_items IS '业务办理项 · codes of 33 characters; empty where the item has none, NULL where the catalogue never lists any';
COMMENT ON COLUMN dim.service_item_version.is_well_formed IS '编码是否规范 · the item code passes its own check (V03)';
COMMENT ON COLUMN dim.service_item_version.valid_from IS '生效时间 · inclusive; NULL where the catalogue names no version or no readable date: never in force';
COMMENT ON COLUMN dim.service_item_version.valid_until IS '失效时间 · exclusive';
COMMENT ON COLUMN dim.service_item_version.is_entrusted IS '是否委托 · another department handles it on behalf of the implementing body';
