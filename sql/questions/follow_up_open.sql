-- Question: which bad ratings wait for somebody, longest due first? Parameters: size, NULL for all. Reads dwd.follow_up, dim.code.
SELECT
    follow_up.source_id,
    follow_up.record_key,
    coalesce(follow_up.case_no, '') AS case_no,
    coalesce(follow_up.assess_number, '') AS assess_number,
    follow_up.state AS step,
    step.name AS step_name,
    follow_up.owner_name,
    coalesce(follow_up.item_name, '') AS item_name,
    follow_up.rating_level::text AS rating_level,
    CASE WHEN follow_up.is_anonymous THEN '匿名' ELSE '实名' END AS rater,
    array(
        SELECT detail.name FROM dim.code AS detail
        WHERE detail.list = 'rating_detail' AND detail.code = any(follow_up.detail_codes)
        ORDER BY detail.code
    ) AS details,
    follow_up.opened_date::text AS opened_date,
    coalesce(follow_up.due_date::text, '') AS due_date,
    CASE follow_up.due_mark WHEN 'overdue' THEN '超期' WHEN 'due_soon' THEN '即将超期' ELSE '' END AS due_mark,
    coalesce(decision.name, '') AS decision
FROM dwd.follow_up AS follow_up
INNER JOIN dim.code AS step ON step.list = 'follow_up_step' AND follow_up.state = step.code
LEFT JOIN dim.code AS decision ON decision.list = 'follow_up_outcome' AND follow_up.decision = decision.code
ORDER BY coalesce(follow_up.due_date, follow_up.opened_date), follow_up.opened_date, follow_up.record_key
LIMIT %(size)s;
