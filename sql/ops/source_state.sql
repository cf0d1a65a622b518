-- Grain: one source, as its latest attempt left it.
CREATE TABLE IF NOT EXISTS ops.source_state (
    source_id text PRIMARY KEY,
    state text NOT NULL CHECK (state IN ('balanced', 'unverified')),
    reason_code text,
    reason text,
    run_id text NOT NULL,
    checked_at timestamptz NOT NULL DEFAULT now(),
    CHECK ((state = 'unverified') = (reason_code IS NOT NULL))
);

COMMENT ON TABLE ops.source_state IS '来源状态 · a source that is not balanced makes every total a lower bound';
COMMENT ON COLUMN ops.source_state.source_id IS '来源 · id in the register';
COMMENT ON COLUMN ops.source_state.state IS '状态 · balanced, or unverified';
COMMENT ON COLUMN ops.source_state.reason_code IS '原因代码 · why it is unverified';
COMMENT ON COLUMN ops.source_state.reason IS '原因 · a sentence for people';
COMMENT ON COLUMN ops.source_state.run_id IS '运行 · the run that saw it';
COMMENT ON COLUMN ops.source_state.checked_at IS '核对时间 · when it was seen';
