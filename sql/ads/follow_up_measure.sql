-- Grain: one new city, and all together (合计): 凡不满必回访、凡问题必整改、凡失职必追责 in figures.
DROP VIEW IF EXISTS ads.follow_up_measure CASCADE;
CREATE VIEW ads.follow_up_measure AS
WITH counted AS (
    SELECT
        CASE WHEN grouping(new_city) = 1 THEN '合计' ELSE coalesce(new_city, '未归属') END AS new_city,
        count(*) AS negative_count,
        count(*) FILTER (WHERE NOT is_anonymous) AS real_name_count,
        count(*) FILTER (WHERE NOT is_anonymous AND callback_date IS NOT NULL) AS called_back_count,
        -- until a decision says otherwise, a bad rating points to something that is to be mended
        count(*) FILTER (WHERE is_problem) AS problem_count,
        count(*) FILTER (WHERE is_problem AND rectified_date IS NOT NULL) AS rectified_count,
        count(*) FILTER (WHERE is_problem AND rectified_date <= rectify_due_date) AS rectified_on_time_count,
        count(*) FILTER (WHERE is_problem AND (rectified_date IS NOT NULL OR rectify_due_date < data_date)) AS rectify_due_count,
        count(*) FILTER (WHERE has_fault) AS fault_count,
        count(*) FILTER (WHERE has_fault AND accounted_date IS NOT NULL) AS accounted_count,
        count(*) FILTER (WHERE state = 'closed') AS closed_count,
        count(*) FILTER (WHERE due_mark = 'overdue') AS overdue_count
    FROM (
        SELECT
            follow_up.*,
            coalesce(decision, '') NOT IN ('explain', 'appeal') AS is_problem
        FROM dwd.follow_up AS follow_up
        WHERE state NOT IN ('withdrawn', 'corrected')
    ) AS live
    GROUP BY GROUPING SETS ((new_city), ())
)

SELECT
    new_city,
    negative_count,
    real_name_count,
    called_back_count,
    called_back_count::numeric / nullif(real_name_count, 0) AS callback_rate,
    problem_count,
    rectified_count,
    rectified_count::numeric / nullif(problem_count, 0) AS rectify_rate,
    rectify_due_count,
    rectified_on_time_count,
    rectified_on_time_count::numeric / nullif(rectify_due_count, 0) AS rectify_on_time_rate,
    fault_count,
    accounted_count,
    closed_count,
    overdue_count
FROM counted;

COMMENT ON VIEW ads.follow_up_measure IS '差评整改指标 · bad ratings and what was done about them, by new city and 合计, as of the latest data date';
COMMENT ON COLUMN ads.follow_up_measure.new_city IS '新城 · 合计 is all of them';
COMMENT ON COLUMN ads.follow_up_measure.negative_count IS '差评数 · live, neither default nor repeated; with those that their source has edited into others (A10)';
COMMENT ON COLUMN ads.follow_up_measure.real_name_count IS '实名差评数';
COMMENT ON COLUMN ads.follow_up_measure.called_back_count IS '已回访数 · of real-name bad ratings';
COMMENT ON COLUMN ads.follow_up_measure.callback_rate IS '实名差评回访率 · 已回访 / 实名差评, 0–1; must be 1';
COMMENT ON COLUMN ads.follow_up_measure.problem_count IS '应整改数 · bad ratings not decided as 解释说明 or 申诉复核';
COMMENT ON COLUMN ads.follow_up_measure.rectified_count IS '已整改数';
COMMENT ON COLUMN ads.follow_up_measure.rectify_rate IS '整改率 · 已整改 / 应整改, 0–1';
COMMENT ON COLUMN ads.follow_up_measure.rectify_due_count IS '到期数 · rectified, or past the limit without it';
COMMENT ON COLUMN ads.follow_up_measure.rectified_on_time_count IS '按期整改数';
COMMENT ON COLUMN ads.follow_up_measure.rectify_on_time_rate IS '按期整改率 · 按期整改 / 到期, 0–1';
COMMENT ON COLUMN ads.follow_up_measure.fault_count IS '失职数 · as the review says';
COMMENT ON COLUMN ads.follow_up_measure.accounted_count IS '已追责数';
COMMENT ON COLUMN ads.follow_up_measure.closed_count IS '已销号数';
COMMENT ON COLUMN ads.follow_up_measure.overdue_count IS '超期数 · past the limit of what is to be done now';
