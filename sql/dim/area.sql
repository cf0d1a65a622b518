-- Grain: one code of one area in one code system in one time. Written from include/contract/areas.csv at the start of every run.
CREATE TABLE IF NOT EXISTS dim.area (
    area_id text NOT NULL,
    name text NOT NULL,
    level text NOT NULL,
    parent_id text,
    code_system text NOT NULL,
    code text NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    confidence text NOT NULL,
    note text,
    PRIMARY KEY (area_id, code_system, valid_from)
);

COMMENT ON TABLE dim.area IS '区划 · the new area, new cities and streets with their codes in several systems';
COMMENT ON COLUMN dim.area.area_id IS '区划 · this warehouse''s own id';
COMMENT ON COLUMN dim.area.name IS '名称';
COMMENT ON COLUMN dim.area.level IS '层级 · 新区、新城、街镇';
COMMENT ON COLUMN dim.area.parent_id IS '上级区划 · in that time; NULL at the new area';
COMMENT ON COLUMN dim.area.code_system IS '编码体系 · 平台、医保、好差评、统计用区划 (first six digits: the county in GB/T 2260)';
COMMENT ON COLUMN dim.area.code IS '编码';
COMMENT ON COLUMN dim.area.valid_from IS '有效期起 · first day; 0001-01-01 always before';
COMMENT ON COLUMN dim.area.valid_to IS '有效期止 · last day; 9999-12-31 still today';
COMMENT ON COLUMN dim.area.confidence IS '可信度 · C 两处来源一致, S 一处来源, I 推断待确认';
COMMENT ON COLUMN dim.area.note IS '备注';
