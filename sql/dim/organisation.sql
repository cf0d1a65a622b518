-- Grain: one organisation in one time. Written from organisations.csv at the start of every run; one code's times do not overlap.
CREATE TABLE IF NOT EXISTS dim.organisation (
    code text NOT NULL,
    name text NOT NULL,
    new_city text NOT NULL,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    is_synthetic boolean NOT NULL,
    PRIMARY KEY (code, valid_from)
);

COMMENT ON TABLE dim.organisation IS '机构登记 · departments and other bodies that may accept cases (R06)';
COMMENT ON COLUMN dim.organisation.code IS '统一社会信用代码';
COMMENT ON COLUMN dim.organisation.name IS '名称';
COMMENT ON COLUMN dim.organisation.new_city IS '新城 · or 新区';
COMMENT ON COLUMN dim.organisation.valid_from IS '有效期起 · first day; 0001-01-01 always before';
COMMENT ON COLUMN dim.organisation.valid_to IS '有效期止 · last day; 9999-12-31 still today';
COMMENT ON COLUMN dim.organisation.is_synthetic IS '是否示例 · invented for the demo';
