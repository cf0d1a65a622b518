-- Grain: one record that could not be read. Its bytes stay in landing; only its place is kept here.
CREATE TABLE IF NOT EXISTS ops.unparsable (
    delivery_id bigint NOT NULL REFERENCES ops.delivery,
    feed text NOT NULL,
    place text NOT NULL,
    reason_code text NOT NULL,
    PRIMARY KEY (delivery_id, feed, place)
);

COMMENT ON TABLE ops.unparsable IS '无法解析的记录 · place and reason, never the content';
COMMENT ON COLUMN ops.unparsable.delivery_id IS '批次号 · ops.delivery';
COMMENT ON COLUMN ops.unparsable.feed IS '数据表 · feed it was meant for';
COMMENT ON COLUMN ops.unparsable.place IS '位置 · file and row, or page and position';
COMMENT ON COLUMN ops.unparsable.reason_code IS '原因代码 · see docs/operations.md';
