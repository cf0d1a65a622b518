-- Grain: one named setting that figures are compared with. A default that changes arrives where the value was the default before; a value
-- that somebody has set stays.
CREATE TABLE IF NOT EXISTS ops.setting (
    name text PRIMARY KEY,
    value bigint NOT NULL,
    default_value bigint NOT NULL
);
INSERT INTO ops.setting AS present (name, value, default_value)
SELECT
    given.name,
    given.value,
    given.value AS default_value
FROM (VALUES
    ('case_target', 420000),
    ('rating_target', 420000),
    ('overdue_reserve_days', 5),
    ('rating_detail_switch', 20211231),
    ('suspicion_same_second', 20),
    ('suspicion_people_per_phone', 5),
    ('suspicion_identical_day', 30),
    ('suspicion_rush_times', 3),
    ('suspicion_rush_cases', 30),
    ('data_date_lead_days', 30)
) AS given (name, value)
ON CONFLICT (name) DO UPDATE SET
    value = CASE WHEN present.value = present.default_value THEN excluded.value ELSE present.value END,
    default_value = excluded.default_value;

COMMENT ON TABLE ops.setting IS '参数 · figures are compared with these';
COMMENT ON COLUMN ops.setting.name IS '名称 · case_target: 办件汇聚目标；rating_target: 合格评价目标；overdue_reserve_days: 超期未办结在应办结日期之后再宽限的天数；rating_detail_switch: 停用的评价详情代码用到这一天为止，yyyymmdd（待省平台确认）；suspicion_same_second、suspicion_people_per_phone、suspicion_identical_day: 评价疑点 A03、A06、A07 从多少条（人）起算；suspicion_rush_times、suspicion_rush_cases: 办件疑点 A08 一个站点最近 7 天的受理量达到此前每周平均的几倍、且不少于多少件；data_date_lead_days: 数据日期比最新的数据晚多少天以内不必确认';
COMMENT ON COLUMN ops.setting.value IS '值';
COMMENT ON COLUMN ops.setting.default_value IS '默认值 · of this edition';
