-- Grain: one run of the main pipeline; its figures are a snapshot and are never changed afterwards.
CREATE TABLE IF NOT EXISTS ops.run (
    run_id text PRIMARY KEY,
    data_date date NOT NULL,
    started_at timestamptz NOT NULL DEFAULT now(),
    closed_at timestamptz,
    total_count bigint,
    qualified_count bigint,
    rating_total_count bigint,
    rating_qualified_count bigint,
    unexplained_count bigint,
    unverified_sources text[],
    rule_set text,
    waiting_count bigint,
    received_count bigint,
    live_count bigint
);

COMMENT ON TABLE ops.run IS '运行 · runs of the main pipeline with the figures they closed with';
COMMENT ON COLUMN ops.run.run_id IS '运行号 · Airflow run id';
COMMENT ON COLUMN ops.run.data_date IS '数据日期 · the Shanghai day that drives the run';
COMMENT ON COLUMN ops.run.started_at IS '开始时间';
COMMENT ON COLUMN ops.run.closed_at IS '关账时间 · NULL while the run is going on';
COMMENT ON COLUMN ops.run.total_count IS '汇聚办件数 · cases at closing';
COMMENT ON COLUMN ops.run.qualified_count IS '合格办件数 · qualified cases at closing';
COMMENT ON COLUMN ops.run.rating_total_count IS '汇聚评价数 · ratings at closing';
COMMENT ON COLUMN ops.run.rating_qualified_count IS '合格评价数 · qualified ratings at closing';
COMMENT ON COLUMN ops.run.unexplained_count IS '未解释数 · sum of all residuals of the books; 0 when they balance';
COMMENT ON COLUMN ops.run.unverified_sources IS '未核实来源 · ids; not empty makes the figures a lower bound';
COMMENT ON COLUMN ops.run.rule_set IS '规则集 · fingerprint of the rules, their waivers and what they read; NULL before the inspection';
COMMENT ON COLUMN ops.run.waiting_count IS '待检数 · cases and items that waited for inspection at closing; not 0 makes the figures a lower bound';
COMMENT ON COLUMN ops.run.received_count IS '收到数 · records received until closing, over all runs';
COMMENT ON COLUMN ops.run.live_count IS '有效数 · live records at closing';
