-- Grain: one verdict on one record that has been replaced by another, or by none; the one that stands is in dwd.case_record.
CREATE TABLE IF NOT EXISTS dwd.verdict_history (
    source_id text NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    case_key text COLLATE "C" NOT NULL,
    verdict text NOT NULL,
    is_qualified boolean NOT NULL,
    failed_rules text[] NOT NULL,
    run_id text NOT NULL,
    replaced_by text NOT NULL,
    replaced_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (record_key, source_id, replaced_at)
);
CREATE INDEX IF NOT EXISTS verdict_history_case ON dwd.verdict_history (case_key);

COMMENT ON TABLE dwd.verdict_history IS '结论沿革 · verdicts that no longer stand';
COMMENT ON COLUMN dwd.verdict_history.source_id IS '来源 · id in the register';
COMMENT ON COLUMN dwd.verdict_history.record_key IS '记录键 · as in ods.accept';
COMMENT ON COLUMN dwd.verdict_history.case_key IS '办件键 · as in ods.accept';
COMMENT ON COLUMN dwd.verdict_history.verdict IS '状态 · accepted 合格入库、quarantined 隔离、duplicate 重复';
COMMENT ON COLUMN dwd.verdict_history.is_qualified IS '是否合格';
COMMENT ON COLUMN dwd.verdict_history.failed_rules IS '未通过规则';
COMMENT ON COLUMN dwd.verdict_history.run_id IS '结论运行 · ops.run, since which it stood';
COMMENT ON COLUMN dwd.verdict_history.replaced_by IS '更替运行 · ops.run, which gave another verdict or found the record no longer live';
COMMENT ON COLUMN dwd.verdict_history.replaced_at IS '更替时间';
