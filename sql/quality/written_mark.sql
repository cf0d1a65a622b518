-- Grain: one record whose row in its source's front database carries the mark "failed" that this warehouse has written there.
CREATE TABLE IF NOT EXISTS quality.written_mark (
    source_id text NOT NULL,
    feed text NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    PRIMARY KEY (source_id, feed, record_key)
);

COMMENT ON TABLE quality.written_mark IS '已写回的质检标记 · only these marks are taken back when the record passes; a mark that others have written is left alone';
COMMENT ON COLUMN quality.written_mark.source_id IS '来源 · id in the register';
COMMENT ON COLUMN quality.written_mark.feed IS '数据表 · a case feed';
COMMENT ON COLUMN quality.written_mark.record_key IS '记录键 · as in ods';
