-- Grain: one source × feed that is pulled. Never decreases.
CREATE TABLE IF NOT EXISTS ops.watermark (
    source_id text NOT NULL,
    feed text NOT NULL,
    synced_until timestamp NOT NULL,
    PRIMARY KEY (source_id, feed)
);

COMMENT ON TABLE ops.watermark IS '增量水位 · up to where a source has been pulled';
COMMENT ON COLUMN ops.watermark.source_id IS '来源 · id in the register';
COMMENT ON COLUMN ops.watermark.feed IS '数据表 · feed';
COMMENT ON COLUMN ops.watermark.synced_until IS '已取到 · exclusive end of the last complete window; the next pull reaches back by the source''s overlap';
