-- Grain: one raw code of a column that a source writes in its own list. Written from the register and the code lists.
CREATE TABLE IF NOT EXISTS dim.source_code (
    source_id text NOT NULL,
    column_name text NOT NULL,
    raw_code text NOT NULL,
    code text NOT NULL,
    PRIMARY KEY (source_id, column_name, raw_code)
);

COMMENT ON TABLE dim.source_code IS '代码对照 · raw code of a source to the code of this warehouse; a raw code that is missing here is finding R08';
COMMENT ON COLUMN dim.source_code.source_id IS '来源 · id in the register';
COMMENT ON COLUMN dim.source_code.column_name IS '列 · ods column';
COMMENT ON COLUMN dim.source_code.raw_code IS '原代码 · as the source writes it';
COMMENT ON COLUMN dim.source_code.code IS '统一代码 · list result';
