-- Grain: one live record that was not in the last whole pull of its source: deleted there without a word. Nothing follows from
-- it by itself; it leaves the list when the source shows it again, or when it is no longer live.
CREATE TABLE IF NOT EXISTS quality.missing_record (
    source_id text NOT NULL,
    feed text NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    case_key text COLLATE "C" NOT NULL,
    run_id text NOT NULL,
    missed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (record_key, feed, source_id)
);
CREATE INDEX IF NOT EXISTS missing_record_case ON quality.missing_record (case_key);

COMMENT ON TABLE quality.missing_record IS '来源已无的记录 · live here, absent from the last whole pull of the source';
COMMENT ON COLUMN quality.missing_record.source_id IS '来源 · id in the register';
COMMENT ON COLUMN quality.missing_record.feed IS '数据表';
COMMENT ON COLUMN quality.missing_record.record_key IS '记录键 · as in ods';
COMMENT ON COLUMN quality.missing_record.case_key IS '办件键 · as in ods';
COMMENT ON COLUMN quality.missing_record.run_id IS '运行 · the run that first missed it';
COMMENT ON COLUMN quality.missing_record.missed_at IS '发现时间';
