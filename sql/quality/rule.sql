-- Grain: one expectation of a suite: a rule on one column; or one rule that a view over several records gives. Written from expectations/
-- at the start of every inspection, once what has changed since the last one is queued.
CREATE TABLE IF NOT EXISTS quality.rule (
    feed text NOT NULL,
    rule_id text NOT NULL,
    column_name text NOT NULL,
    view_name text NOT NULL,
    severity text NOT NULL,
    dimension text NOT NULL,
    description text NOT NULL,
    basis text NOT NULL,
    confidence text NOT NULL,
    owner text NOT NULL,
    since date NOT NULL,
    history text NOT NULL,
    bad_example text NOT NULL,
    good_example text NOT NULL,
    condition_digest text,
    PRIMARY KEY (feed, rule_id, column_name, severity)
);

COMMENT ON TABLE quality.rule IS '规则登记 · every rule in force, by the column it judges';
COMMENT ON COLUMN quality.rule.feed IS '数据表 · feed of the contract';
COMMENT ON COLUMN quality.rule.rule_id IS '规则编号 · never reused';
COMMENT ON COLUMN quality.rule.column_name IS '列 · the column that is to be mended';
COMMENT ON COLUMN quality.rule.view_name IS '视图 · quality.*_live: each of its rows is judged; ads.*: the view itself lists what breaks the rule';
COMMENT ON COLUMN quality.rule.severity IS '处置 · critical, warning, duplicate or suspicion';
COMMENT ON COLUMN quality.rule.dimension IS '维度 · 完整性、规范性、关联性、一致性、时效性、唯一性、真实性';
COMMENT ON COLUMN quality.rule.description IS '规则内容';
COMMENT ON COLUMN quality.rule.basis IS '依据 · document or standard';
COMMENT ON COLUMN quality.rule.confidence IS '可信度 · confirmed 几处来源一致, single_source 只见于一处来源, inferred 推断；后两种待省平台确认';
COMMENT ON COLUMN quality.rule.owner IS '责任人';
COMMENT ON COLUMN quality.rule.since IS '施行日期';
COMMENT ON COLUMN quality.rule.history IS '变更 · a line for each time the bound moved, beginning with the day; empty where it never did';
COMMENT ON COLUMN quality.rule.bad_example IS '坏样例 · what in a clean case is changed to break the rule, and it alone';
COMMENT ON COLUMN quality.rule.good_example IS '好样例 · a change near the border that does not break it; 样板件 where the clean case itself shows it';
COMMENT ON COLUMN quality.rule.condition_digest IS '条件摘要 · of the condition as written out from the contract; another digest is another rule; NULL of a rule that a view gives, by which nothing is judged';
