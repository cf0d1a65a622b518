-- Grain: one waiver: a rule that does not quarantine within a scope and a span of data dates. Written from expectations/waivers.yml
-- at the start of every inspection.
CREATE TABLE IF NOT EXISTS quality.waiver (
    rule_id text NOT NULL,
    source_id text,
    case_nos text[],
    reason text NOT NULL,
    basis text NOT NULL,
    owner text NOT NULL,
    valid_from date NOT NULL,
    valid_until date NOT NULL,
    CHECK (source_id IS NOT NULL OR case_nos IS NOT NULL)
);

COMMENT ON TABLE quality.waiver IS '豁免 · findings that are reported but do not quarantine';
COMMENT ON COLUMN quality.waiver.rule_id IS '规则编号';
COMMENT ON COLUMN quality.waiver.source_id IS '来源 · NULL: whatever the source';
COMMENT ON COLUMN quality.waiver.case_nos IS '办件编号 · NULL: every case of the source';
COMMENT ON COLUMN quality.waiver.reason IS '原因';
COMMENT ON COLUMN quality.waiver.basis IS '依据 · document or issue that granted it';
COMMENT ON COLUMN quality.waiver.owner IS '责任人';
COMMENT ON COLUMN quality.waiver.valid_from IS '起始数据日期 · inclusive';
COMMENT ON COLUMN quality.waiver.valid_until IS '截止数据日期 · inclusive';
