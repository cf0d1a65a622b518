-- Grain: one act: something other than a delivery had cases judged again. Acts are added, never changed.
CREATE TABLE IF NOT EXISTS quality.rejudgement (
    run_id text NOT NULL,
    acted_at timestamptz NOT NULL DEFAULT now(),
    reason text NOT NULL,
    feed text,
    rule_id text,
    case_count bigint NOT NULL
);

COMMENT ON TABLE quality.rejudgement IS '重判登记 · changes of rules, waivers and the catalogue, and how many cases each had judged again';
COMMENT ON COLUMN quality.rejudgement.run_id IS '运行 · the run that judged them again';
COMMENT ON COLUMN quality.rejudgement.acted_at IS '登记时间';
COMMENT ON COLUMN quality.rejudgement.reason IS '缘由 · rule_added, rule_changed, rule_removed, action_changed, reading_changed, waiver_began, waiver_ended, catalogue_changed';
COMMENT ON COLUMN quality.rejudgement.feed IS '数据表 · of the rule or of what its rules read; NULL otherwise';
COMMENT ON COLUMN quality.rejudgement.rule_id IS '规则编号 · NULL where it is no single rule';
COMMENT ON COLUMN quality.rejudgement.case_count IS '办件数 · cases queued by the act; one case may be queued by several';
