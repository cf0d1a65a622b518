-- Grain: one bad rating (差评) that is to be followed up, one that its source has edited into another since (A10), and one whose acts remain
-- though it is none any more. Opened by the
-- rating itself, moved on by ops.follow_up_act.
DROP VIEW IF EXISTS dwd.follow_up_progress CASCADE;
CREATE VIEW dwd.follow_up_progress AS
WITH act AS (
    -- An act counts until a later one goes back to its step or to an earlier one; an attempt and a return leave no step done.
    SELECT
        act.*,
        act.step_no < coalesce(min(act.back_to_no) OVER later, 9) AND act.outcome_code NOT IN ('unreached', 'returned') AS counts
    FROM ops.follow_up_act AS act
    WINDOW later AS (PARTITION BY act.record_key, act.source_id ORDER BY act.act_id ROWS BETWEEN 1 FOLLOWING AND UNBOUNDED FOLLOWING)
),

done AS (
    SELECT
        record_key,
        source_id,
        max(case_no) AS case_no,
        max(assess_number) AS assess_number,
        min(acted_at)::date AS started_date,
        coalesce(array_agg(step) FILTER (WHERE counts), '{}') AS done_steps,
        max(acted_at) FILTER (WHERE counts)::date AS last_date,
        max(acted_at) FILTER (WHERE counts AND step = 'callback')::date AS callback_date,
        max(acted_at) FILTER (WHERE counts AND step = 'decide')::date AS decided_date,
        max(outcome_code) FILTER (WHERE counts AND step = 'decide') AS decision,
        max(acted_at) FILTER (WHERE counts AND step = 'rectify')::date AS rectified_date,
        max(acted_at) FILTER (WHERE counts AND step = 'reply')::date AS replied_date,
        max(acted_at) FILTER (WHERE counts AND step = 'review')::date AS reviewed_date,
        coalesce(bool_or(outcome_code = 'fault') FILTER (WHERE counts), false) AS has_fault,
        max(acted_at) FILTER (WHERE counts AND step = 'account')::date AS accounted_date
    FROM act
    GROUP BY record_key, source_id
),

opened AS (
    SELECT
        record_key,
        source_id
    FROM dwd.rating
    WHERE (is_negative OR was_negative) AND verdict NOT IN ('duplicate', 'default')
    UNION
    SELECT
        record_key,
        source_id
    FROM ops.follow_up_act
),

known AS (
    SELECT
        opened.source_id,
        opened.record_key,
        coalesce(rating.case_no, done.case_no) AS case_no,
        CASE WHEN rating.record_key IS NULL THEN done.assess_number ELSE rating.assess_number END AS assess_number,
        CASE
            WHEN rating.record_key IS NULL OR rating.verdict IN ('duplicate', 'default') THEN 'withdrawn'
            -- one that its source has edited into a good one (A10) is for people to close
            WHEN NOT rating.is_negative AND NOT rating.was_negative THEN 'corrected'
        END AS ended,
        rating.is_anonymous,
        (rating.rated_at AT TIME ZONE 'Asia/Shanghai')::date AS rated_date,
        done.started_date,
        coalesce(done.done_steps, '{}') AS done_steps,
        done.last_date,
        done.callback_date,
        done.decided_date,
        done.decision,
        done.rectified_date,
        done.replied_date,
        done.reviewed_date,
        coalesce(done.has_fault, false) AS has_fault,
        done.accounted_date,
        CASE
            WHEN rating.assess_number = '1'
                THEN (
                    SELECT min(again.first_arrived_date) FROM dwd.rating AS again
                    WHERE
                        again.case_key = rating.case_key AND again.assess_number = '2' AND again.rating_level >= 3
                        AND again.verdict NOT IN ('duplicate', 'default')
                )
        END AS rated_again_date
    FROM opened
    LEFT JOIN dwd.rating AS rating ON opened.record_key = rating.record_key AND opened.source_id = rating.source_id
    LEFT JOIN done ON opened.record_key = done.record_key AND opened.source_id = done.source_id
),

stepped AS (
    SELECT
        known.*,
        CASE
            WHEN has_fault AND accounted_date IS NULL THEN 'account'
            WHEN NOT is_anonymous AND callback_date IS NULL THEN 'callback'
            WHEN decided_date IS NULL THEN 'decide'
            WHEN decision IN ('at_once', 'by_term') AND rectified_date IS NULL THEN 'rectify'
            WHEN decision <> 'appeal' AND replied_date IS NULL THEN 'reply'
            WHEN reviewed_date IS NULL THEN 'review'
            ELSE 'closed'
        END AS next_step
    FROM known
)

SELECT
    stepped.*,
    CASE
        WHEN ended IS NOT NULL THEN ended
        WHEN rated_again_date IS NOT NULL AND next_step <> 'account' THEN 'closed'
        ELSE next_step
    END AS state
FROM stepped;

COMMENT ON VIEW dwd.follow_up_progress IS '差评处置进展 · what has been done about each bad rating and what comes next';
COMMENT ON COLUMN dwd.follow_up_progress.source_id IS '来源 · id in the register';
COMMENT ON COLUMN dwd.follow_up_progress.record_key IS '评价记录键 · as in ods.rating';
COMMENT ON COLUMN dwd.follow_up_progress.case_no IS '办件编号 · NULL where the source left it empty';
COMMENT ON COLUMN dwd.follow_up_progress.assess_number IS '评价次数 · 1 首次评价, 2 追加评价';
COMMENT ON COLUMN dwd.follow_up_progress.ended IS '不再是差评 · withdrawn 已撤回、已删除或另有一条为准, corrected 不再读作差评; NULL while it is a bad rating or was one at its source';
COMMENT ON COLUMN dwd.follow_up_progress.is_anonymous IS '是否匿名';
COMMENT ON COLUMN dwd.follow_up_progress.rated_date IS '评价日期';
COMMENT ON COLUMN dwd.follow_up_progress.started_date IS '开始核实日期 · of the first act';
COMMENT ON COLUMN dwd.follow_up_progress.done_steps IS '已办步骤 · list follow_up_step';
COMMENT ON COLUMN dwd.follow_up_progress.last_date IS '最近办理日期 · of the steps that are done';
COMMENT ON COLUMN dwd.follow_up_progress.callback_date IS '回访日期';
COMMENT ON COLUMN dwd.follow_up_progress.decided_date IS '认定日期';
COMMENT ON COLUMN dwd.follow_up_progress.decision IS '认定结果 · list follow_up_outcome';
COMMENT ON COLUMN dwd.follow_up_progress.rectified_date IS '整改日期';
COMMENT ON COLUMN dwd.follow_up_progress.replied_date IS '答复日期';
COMMENT ON COLUMN dwd.follow_up_progress.reviewed_date IS '审核日期';
COMMENT ON COLUMN dwd.follow_up_progress.has_fault IS '是否失职 · as the review says';
COMMENT ON COLUMN dwd.follow_up_progress.accounted_date IS '追责日期';
COMMENT ON COLUMN dwd.follow_up_progress.rated_again_date IS '追加好评日期 · a second rating of level 3 and more has arrived';
COMMENT ON COLUMN dwd.follow_up_progress.next_step IS '下一步骤 · as its acts have it, also where a second rating has closed it: what was done before may be recorded later';
COMMENT ON COLUMN dwd.follow_up_progress.state IS '状态 · the step that is to be done (list follow_up_step), closed 已销号, withdrawn 已撤回, corrected 不再读作差评';
