-- Grain: one named setting that figures are compared with.
CREATE TABLE IF NOT EXISTS ops.setting (
    name text PRIMARY KEY,
    value bigint NOT NULL
);
INSERT INTO ops.setting (name, value) VALUES ('case_target', 420000), ('overdue_reserve_workdays', 5) ON CONFLICT DO NOTHING;

COMMENT ON TABLE ops.setting IS '参数 · figures are compared with these';
COMMENT ON COLUMN ops.setting.name IS '名称 · case_target: 办件汇聚目标；overdue_reserve_workdays: 超期未办结在承诺之后再宽限的工作日';
COMMENT ON COLUMN ops.setting.value IS '值';
