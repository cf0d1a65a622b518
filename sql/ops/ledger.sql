-- Grain: one delivery × feed. The first equation of the books holds or the row cannot be written; the second one is shown
-- as a residual, because a source's declaration can be wrong while its records are still worth keeping.
CREATE TABLE IF NOT EXISTS ops.ledger (
    delivery_id bigint NOT NULL REFERENCES ops.delivery,
    feed text NOT NULL,
    declared bigint,
    received bigint NOT NULL,
    overlap bigint NOT NULL,
    unparsable bigint NOT NULL,
    replayed bigint NOT NULL,
    versions bigint NOT NULL,
    residual bigint GENERATED ALWAYS AS (received - overlap - declared) STORED,
    later bigint NOT NULL DEFAULT 0,
    PRIMARY KEY (delivery_id, feed),
    CHECK (received = versions + replayed + overlap + unparsable)
);

COMMENT ON TABLE ops.ledger IS '收数台账 · records of one delivery and feed: declared, received, and what became of them';
COMMENT ON COLUMN ops.ledger.delivery_id IS '批次号 · ops.delivery';
COMMENT ON COLUMN ops.ledger.feed IS '数据表 · accept, process, result or item';
COMMENT ON COLUMN ops.ledger.declared IS '申报数 · what the source says it sends; NULL where it says nothing';
COMMENT ON COLUMN ops.ledger.received IS '收到数 · records found in what was received';
COMMENT ON COLUMN ops.ledger.overlap IS '页间重复数 · received again within the delivery, beyond the declared number';
COMMENT ON COLUMN ops.ledger.unparsable IS '无法解析数 · listed in ops.unparsable';
COMMENT ON COLUMN ops.ledger.replayed IS '重放数 · equal to a version that was there';
COMMENT ON COLUMN ops.ledger.versions IS '新版本数 · rows added to ods';
COMMENT ON COLUMN ops.ledger.residual IS '差额 · received − overlap − declared; anything but 0 makes the source unverified';
COMMENT ON COLUMN ops.ledger.later IS '晚于窗口数 · records that the source dates after the end of the window: not taken, not declared; they are taken when their day comes';
