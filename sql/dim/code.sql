-- Grain: one code of a named list. Written from include/contract/code_lists.csv.
CREATE TABLE IF NOT EXISTS dim.code (
    list text NOT NULL,
    code text NOT NULL,
    name text NOT NULL,
    canonical text,
    standard text NOT NULL,
    edition text NOT NULL,
    PRIMARY KEY (list, code)
);

COMMENT ON TABLE dim.code IS '代码 · every code list with its standard and edition';
COMMENT ON COLUMN dim.code.list IS '代码表';
COMMENT ON COLUMN dim.code.code IS '代码';
COMMENT ON COLUMN dim.code.name IS '含义';
COMMENT ON COLUMN dim.code.canonical IS '统一名称 · this warehouse''s name where the list is a source''s own';
COMMENT ON COLUMN dim.code.standard IS '标准 · where the list comes from';
COMMENT ON COLUMN dim.code.edition IS '版本 · edition of the standard';
