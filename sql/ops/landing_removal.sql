-- Grain: one landing folder that maintenance has removed at the end of its retention.
CREATE TABLE IF NOT EXISTS ops.landing_removal (
    landing_path text NOT NULL,
    run_id text NOT NULL,
    removed_at timestamptz NOT NULL DEFAULT now(),
    PRIMARY KEY (landing_path, removed_at)
);

COMMENT ON TABLE ops.landing_removal IS '落地文件清理 · original files removed at the end of their retention';
COMMENT ON COLUMN ops.landing_removal.landing_path IS '落地目录 · as in ops.delivery';
COMMENT ON COLUMN ops.landing_removal.run_id IS '运行 · the run of maintain that removed it';
COMMENT ON COLUMN ops.landing_removal.removed_at IS '清理时间';
