-- Grain: one delivery: one pull of a source, or one period of a file drop.
CREATE TABLE IF NOT EXISTS ops.delivery (
    delivery_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id text NOT NULL,
    protocol text NOT NULL,
    label text NOT NULL,
    digest text NOT NULL,
    received_at timestamp NOT NULL,
    landing_path text NOT NULL,
    state text NOT NULL CHECK (state IN ('loaded', 'replayed', 'refused')),
    reason_code text,
    reason text,
    run_id text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'refused') = (reason_code IS NOT NULL))
);
-- The same file drop is never taken twice, unless it was uploaded again; pulls have no identity of their own, their records have.
CREATE UNIQUE INDEX IF NOT EXISTS delivery_file_once ON ops.delivery (source_id, label, digest, received_at)
WHERE protocol = 'files' AND state = 'loaded';

COMMENT ON TABLE ops.delivery IS '交付批次 · one row per delivery of a source';
COMMENT ON COLUMN ops.delivery.delivery_id IS '批次号 · made by this warehouse';
COMMENT ON COLUMN ops.delivery.source_id IS '来源 · id in the register';
COMMENT ON COLUMN ops.delivery.protocol IS '交付方式 · http, database or files';
COMMENT ON COLUMN ops.delivery.label IS '批次标识 · window of a pull, or period of a file drop';
COMMENT ON COLUMN ops.delivery.digest IS '摘要 · SHA-256 of the original bytes; of a refused file drop, of its manifest and of what its folder says of its files';
COMMENT ON COLUMN ops.delivery.received_at IS '收到时间 · upload time of a file drop, a second after what its folder held before at the earliest; end of the window of a pull; Shanghai time';
COMMENT ON COLUMN ops.delivery.landing_path IS '落地目录 · below the landing folder';
COMMENT ON COLUMN ops.delivery.state IS '状态 · loaded, replayed (same bytes under another name), refused (kept in landing, not loaded)';
COMMENT ON COLUMN ops.delivery.reason_code IS '拒收代码 · why the whole delivery was refused';
COMMENT ON COLUMN ops.delivery.reason IS '拒收原因 · a sentence for the station, no record values';
COMMENT ON COLUMN ops.delivery.run_id IS '运行 · the run that took it';
COMMENT ON COLUMN ops.delivery.recorded_at IS '登记时间 · when this row was written';
