-- Grain: one live record × rule × column × severity that fails: a rule may reject one thing and report another. Holds keys, never a record's values.
CREATE TABLE IF NOT EXISTS quality.finding (
    feed text NOT NULL,
    source_id text NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    rule_id text NOT NULL,
    column_name text NOT NULL,
    severity text NOT NULL,
    case_key text COLLATE "C" NOT NULL,
    delivery_id bigint NOT NULL,
    run_id text NOT NULL,
    found_at timestamptz NOT NULL DEFAULT now(),
    rule_set text,
    is_waived boolean NOT NULL DEFAULT false,
    PRIMARY KEY (record_key, feed, source_id, rule_id, column_name, severity)
);
CREATE INDEX IF NOT EXISTS finding_case ON quality.finding (case_key);

COMMENT ON TABLE quality.finding IS '质检问题 · every rule that a live record breaks';
COMMENT ON COLUMN quality.finding.feed IS '数据表 · accept, process or result';
COMMENT ON COLUMN quality.finding.source_id IS '来源 · id in the register';
COMMENT ON COLUMN quality.finding.record_key IS '记录键 · as in ods';
COMMENT ON COLUMN quality.finding.rule_id IS '规则 · quality.rule';
COMMENT ON COLUMN quality.finding.column_name IS '列 · the column that is to be mended';
COMMENT ON COLUMN quality.finding.severity IS '处置 · critical: quarantined, warning: reported, duplicate: counted as a copy, suspicion: for people to look at, no verdict';
COMMENT ON COLUMN quality.finding.case_key IS '办件键 · as in ods';
COMMENT ON COLUMN quality.finding.delivery_id IS '批次号 · delivery that brought the failing version';
COMMENT ON COLUMN quality.finding.run_id IS '运行 · the run that found it first';
COMMENT ON COLUMN quality.finding.found_at IS '发现时间';
COMMENT ON COLUMN quality.finding.rule_set IS '规则集 · fingerprint of the rules by which the record was last judged, as in ops.run';
COMMENT ON COLUMN quality.finding.is_waived IS '是否豁免 · a waiver covers it on the data date: reported, but the case is not quarantined for it';
