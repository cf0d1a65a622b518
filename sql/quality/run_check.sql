-- Grain: one run × expectation × source: how many records were judged and how many failed.
CREATE TABLE IF NOT EXISTS quality.run_check (
    run_id text NOT NULL,
    feed text NOT NULL,
    rule_id text NOT NULL,
    column_name text NOT NULL,
    severity text NOT NULL,
    source_id text NOT NULL,
    checked_count bigint NOT NULL,
    failed_count bigint NOT NULL,
    PRIMARY KEY (run_id, feed, rule_id, column_name, severity, source_id)
);

COMMENT ON TABLE quality.run_check IS '检查结果 · counts of one run by rule and source, confirmed by Great Expectations';
COMMENT ON COLUMN quality.run_check.run_id IS '运行号';
COMMENT ON COLUMN quality.run_check.feed IS '数据表';
COMMENT ON COLUMN quality.run_check.rule_id IS '规则编号';
COMMENT ON COLUMN quality.run_check.column_name IS '列';
COMMENT ON COLUMN quality.run_check.severity IS '处置';
COMMENT ON COLUMN quality.run_check.source_id IS '来源';
COMMENT ON COLUMN quality.run_check.checked_count IS '检查数 · live records of the source that were under inspection';
COMMENT ON COLUMN quality.run_check.failed_count IS '不符合数';
