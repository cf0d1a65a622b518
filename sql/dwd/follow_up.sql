-- Grain: as dwd.follow_up_progress: one bad rating, with whom it belongs to and until when, as of the latest data date.
-- Callback or decision must begin within verify_start_days, rectification and reply end within the limit that the decision sets;
-- for review and accountability no limit is known.
DROP VIEW IF EXISTS dwd.follow_up CASCADE;
CREATE VIEW dwd.follow_up AS
WITH due AS (
    SELECT
        progress.*,
        rating.rating_level,
        rating.detail_codes,
        rating.item_name,
        rating.new_city,
        rating.department_code,
        coalesce(rating.department_name, station.name, source.name) AS owner_name,
        source.contact,
        rating.first_arrived_date AS opened_date,
        verify.due_date AS verify_due_date,
        rectify.due_date AS rectify_due_date,
        CASE
            WHEN progress.started_date IS NULL AND progress.state IN ('callback', 'decide') THEN verify.due_date
            WHEN progress.state IN ('callback', 'decide', 'rectify', 'reply') THEN rectify.due_date
        END AS due_date
    FROM dwd.follow_up_progress AS progress
    LEFT JOIN dwd.rating AS rating ON progress.record_key = rating.record_key AND progress.source_id = rating.source_id
    LEFT JOIN dim.source AS source ON progress.source_id = source.source_id
    LEFT JOIN dim.station_latest AS station ON rating.station_code = station.station_code
    LEFT JOIN dim.due_day AS verify ON verify.name = 'verify_start_days' AND rating.first_arrived_date = verify.began_date
    LEFT JOIN dim.due_day AS rectify
        ON
            rectify.name = CASE progress.decision WHEN 'by_term' THEN 'rectify_days_complex' ELSE 'rectify_days_simple' END
            AND rating.first_arrived_date = rectify.began_date
)

SELECT
    due.source_id,
    due.record_key,
    due.case_no,
    due.assess_number,
    due.state,
    due.rating_level,
    due.is_anonymous,
    due.detail_codes,
    due.item_name,
    due.new_city,
    due.department_code,
    due.owner_name,
    due.contact,
    due.rated_date,
    due.opened_date,
    due.verify_due_date,
    due.rectify_due_date,
    due.due_date,
    CASE
        WHEN due.due_date < run.data_date THEN 'overdue'
        WHEN due.due_date <= remind.due_date THEN 'due_soon'
    END AS due_mark,
    due.started_date,
    due.callback_date,
    due.decided_date,
    due.decision,
    due.rectified_date,
    due.replied_date,
    due.reviewed_date,
    due.has_fault,
    due.accounted_date,
    due.rated_again_date,
    CASE WHEN due.state = 'closed' THEN least(due.rated_again_date, coalesce(due.accounted_date, due.reviewed_date)) END AS closed_date,
    run.data_date
FROM due
LEFT JOIN ops.latest_data_date AS run ON true
LEFT JOIN dim.due_day AS remind ON remind.name = 'remind_days' AND run.data_date = remind.began_date;

COMMENT ON VIEW dwd.follow_up IS '差评处置 · one row per bad rating: state, owner, limits and the dates of its steps, as of the latest data date';
COMMENT ON COLUMN dwd.follow_up.source_id IS '来源 · id in the register';
COMMENT ON COLUMN dwd.follow_up.record_key IS '评价记录键 · as in ods.rating';
COMMENT ON COLUMN dwd.follow_up.case_no IS '办件编号 · NULL where the source left it empty';
COMMENT ON COLUMN dwd.follow_up.assess_number IS '评价次数 · 1 首次评价, 2 追加评价';
COMMENT ON COLUMN dwd.follow_up.state IS '状态 · the step that is to be done (list follow_up_step), closed 已销号, withdrawn 已撤回, corrected 不再读作差评';
COMMENT ON COLUMN dwd.follow_up.rating_level IS '评价等级 · 1 非常不满意, 2 不满意, more where its source has edited it (A10); NULL where it is withdrawn';
COMMENT ON COLUMN dwd.follow_up.is_anonymous IS '是否匿名 · a call back is not asked for where nobody can be called';
COMMENT ON COLUMN dwd.follow_up.detail_codes IS '评价详情 · list rating_detail';
COMMENT ON COLUMN dwd.follow_up.item_name IS '事项名称';
COMMENT ON COLUMN dwd.follow_up.new_city IS '新城';
COMMENT ON COLUMN dwd.follow_up.department_code IS '被评价部门编码';
COMMENT ON COLUMN dwd.follow_up.owner_name IS '责任单位 · department, else station, else source';
COMMENT ON COLUMN dwd.follow_up.contact IS '联络员 · of the source';
COMMENT ON COLUMN dwd.follow_up.rated_date IS '评价日期';
COMMENT ON COLUMN dwd.follow_up.opened_date IS '登记日期 · day on which the rating first arrived';
COMMENT ON COLUMN dwd.follow_up.verify_due_date IS '核实期限 · first act until then';
COMMENT ON COLUMN dwd.follow_up.rectify_due_date IS '整改答复期限 · by the decision; the simple limit while there is none';
COMMENT ON COLUMN dwd.follow_up.due_date IS '当前期限 · of what is to be done now; NULL where it has none';
COMMENT ON COLUMN dwd.follow_up.due_mark IS '提醒 · overdue 超期, due_soon 即将超期, else NULL';
COMMENT ON COLUMN dwd.follow_up.started_date IS '开始核实日期 · of the first act';
COMMENT ON COLUMN dwd.follow_up.callback_date IS '回访日期';
COMMENT ON COLUMN dwd.follow_up.decided_date IS '认定日期';
COMMENT ON COLUMN dwd.follow_up.decision IS '认定结果 · list follow_up_outcome';
COMMENT ON COLUMN dwd.follow_up.rectified_date IS '整改日期';
COMMENT ON COLUMN dwd.follow_up.replied_date IS '答复日期';
COMMENT ON COLUMN dwd.follow_up.reviewed_date IS '审核日期';
COMMENT ON COLUMN dwd.follow_up.has_fault IS '是否失职 · as the review says';
COMMENT ON COLUMN dwd.follow_up.accounted_date IS '追责日期';
COMMENT ON COLUMN dwd.follow_up.rated_again_date IS '追加好评日期 · a second rating of level 3 and more has arrived';
COMMENT ON COLUMN dwd.follow_up.closed_date IS '销号日期 · by review (after accountability where there was fault) or by a second rating, whichever came first';
COMMENT ON COLUMN dwd.follow_up.data_date IS '数据日期';
