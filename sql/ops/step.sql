-- Grain: one task instance that succeeded: how long it took and how much memory. A retry or rerun takes the place of what was.
CREATE TABLE IF NOT EXISTS ops.step (
    run_id text NOT NULL,
    step text NOT NULL,
    map_index integer NOT NULL,
    started_at timestamptz NOT NULL,
    ended_at timestamptz NOT NULL,
    peak_rss_mb integer NOT NULL,
    PRIMARY KEY (run_id, step, map_index)
);

COMMENT ON TABLE ops.step IS '步骤用时 · time and memory of every task of every run';
COMMENT ON COLUMN ops.step.run_id IS '运行号 · Airflow run id';
COMMENT ON COLUMN ops.step.step IS '步骤 · Airflow task id';
COMMENT ON COLUMN ops.step.map_index IS '映射序号 · -1 where the task is not mapped';
COMMENT ON COLUMN ops.step.started_at IS '开始时间';
COMMENT ON COLUMN ops.step.ended_at IS '结束时间';
COMMENT ON COLUMN ops.step.peak_rss_mb IS '内存峰值 MB · largest resident set of the task''s processes';
