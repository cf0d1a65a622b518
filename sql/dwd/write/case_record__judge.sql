-- Question: what is the verdict on every case under inspection?
-- Parameters: run_id, case_feeds. Reads the inspection views, quality.finding, quality.due_case, dim and the temporary table
-- former_verdict. Makes the temporary table new_case_verdict, one row per row of dwd.case_record to be. Writes dwd.case_record; a verdict
-- that stood before keeps the run since which it has stood. Rerun: the same rows.
-- What is not a code is left out: a person's number or name in the wrong column goes no further than ods.
-- A case is 合格 only if its accept row and every linked row of its other feeds has no critical finding, waived ones aside. Rows of a copy
-- are linked to the copy, not to the case.
CREATE TEMPORARY TABLE new_case_verdict ON COMMIT DROP AS
WITH broken AS (
    -- one row per due case with findings on its own rows
    SELECT
        finding.case_key,
        array_agg(DISTINCT finding.rule_id ORDER BY finding.rule_id) FILTER (
            WHERE finding.severity = 'critical' AND NOT finding.is_waived
        ) AS failed,
        array_agg(DISTINCT finding.rule_id ORDER BY finding.rule_id) FILTER (
            WHERE finding.severity = 'warning' OR finding.severity = 'critical' AND finding.is_waived
        ) AS warned
    FROM quality.due_fact AS due
    INNER JOIN quality.finding AS finding ON due.case_key = finding.case_key
    WHERE
        finding.feed = any(%(case_feeds)s)
        AND CASE
            WHEN finding.feed = 'accept'
                THEN finding.source_id = due.accept_source_id AND finding.record_key = due.accept_record_key
            ELSE quality.is_own(finding.source_id, due.copy_sources)
        END
    GROUP BY finding.case_key
),

outcome AS (
    -- one row per due case with a result of its own; the first result is the result
    SELECT
        case_key,
        finished_at,
        result_code,
        synced_at
    FROM quality.result_live
    WHERE is_first_result AND NOT is_copy
)

SELECT
    accept.source_id,
    accept.record_key,
    accept.case_key,
    quality.case_no(accept.case_key, accept.project_no) AS case_no,
    judged.verdict,
    judged.verdict = 'accepted' AND judged.is_countable AS is_qualified,
    judged.is_countable,
    CASE WHEN accept.is_main THEN coalesce(broken.failed, '{}') ELSE '{}' END AS failed_rules,
    CASE WHEN accept.is_main THEN coalesce(broken.warned, '{}') ELSE '{}' END AS warned_rules,
    CASE WHEN NOT accept.is_main THEN due.accept_source_id END AS duplicate_of,
    CASE WHEN accept.is_item_code THEN accept.task_code END AS item_code,
    CASE WHEN 'task_version' = any(accept.filled_columns) OR accept.has_named_version THEN accept.task_version END AS item_version,
    item.name AS item_name,
    accept.item_type_code,
    case_type.code AS case_type_code,
    applicant_type.code AS applicant_type_code,
    left(accept.applyer_name, 1) || '**' AS applicant_masked,
    CASE WHEN accept.certificate_kind IS NOT NULL THEN accept.applyer_page_type END AS certificate_type_code,
    quality.mask(accept.applyer_page_code) AS certificate_masked,
    quality.mask(accept.contact_mobile) AS mobile_masked,
    channel.code AS channel_code,
    CASE WHEN accept.is_org_code THEN accept.org_code END AS department_code,
    CASE
        WHEN accept.org_name IN (accept.applyer_name, accept.legal, accept.contact_name) THEN NULL
        WHEN accept.org_name ~ '[0-9０-９]' AND quality.has_long_number(accept.org_name) THEN NULL
        ELSE accept.org_name
    END AS department_name,
    coalesce(named.new_city, own.new_city) AS new_city,
    CASE WHEN named.station_code IS NOT NULL THEN named.street ELSE own.street END AS street,
    coalesce(named.station_code, own.station_code) AS station_code,
    accept.applied_at AT TIME ZONE 'Asia/Shanghai' AS applied_at,
    accept.accepted_at AT TIME ZONE 'Asia/Shanghai' AS accepted_at,
    -- 9999-12-31 is no day of a case, and more than a nanosecond clock such as that of pandas can hold
    CASE WHEN accept.promised_at < '2262-01-01' THEN accept.promised_at AT TIME ZONE 'Asia/Shanghai' END AS promised_at,
    outcome.finished_at AT TIME ZONE 'Asia/Shanghai' AS finished_at,
    outcome.result_code,
    finish_day.workday_no - accept_day.workday_no AS worked_workdays,
    due.step_count,
    coalesce(CASE WHEN accept.is_main THEN due.first_arrived_at END, accept.synced_at)::date AS first_arrived_date,
    greatest(accept.synced_at, outcome.synced_at, due.last_step_at, due.last_part_at)::date AS completed_date,
    accept.delivery_id,
    coalesce(former.verdict_run_id, %(run_id)s) AS verdict_run_id
FROM quality.accept_live AS accept
INNER JOIN quality.due_fact AS due ON accept.case_key = due.case_key
LEFT JOIN broken ON accept.case_key = broken.case_key
LEFT JOIN outcome ON accept.case_key = outcome.case_key AND accept.is_main
CROSS JOIN LATERAL (
    SELECT
        CASE
            WHEN NOT accept.is_main THEN 'duplicate'
            WHEN broken.failed IS NOT NULL THEN 'quarantined'
            ELSE 'accepted'
        END AS verdict,
        accept.is_main AND coalesce(outcome.result_code NOT IN ('VOID', 'DELETED'), true) AS is_countable
) AS judged
INNER JOIN dim.station AS own
    ON accept.source_id = own.source_id AND own.is_own AND accept.accepted_on BETWEEN own.valid_from AND own.valid_to
LEFT JOIN dim.station AS named
    ON accept.station_code = named.station_code AND accept.accepted_on BETWEEN named.valid_from AND named.valid_to
    -- a station of another source is not believed (R09): its case counts where the source is registered
    AND accept.source_id = named.source_id
LEFT JOIN dim.service_item_version AS item
    ON accept.task_code = item.item_code AND accept.task_version = item.item_version
LEFT JOIN dim.code AS case_type ON case_type.list = 'project_type' AND accept.project_type = case_type.code
LEFT JOIN dim.code AS applicant_type
    ON applicant_type.list = 'applicant_type' AND accept.applyer_type = applicant_type.code
LEFT JOIN dim.code AS channel ON channel.list = 'apply_type' AND accept.apply_type = channel.code
LEFT JOIN former_verdict AS former
    ON accept.record_key = former.record_key AND accept.source_id = former.source_id AND accept.case_key = former.case_key
    AND judged.verdict = former.verdict
    AND (judged.verdict = 'accepted' AND judged.is_countable) = former.is_qualified
    AND CASE WHEN accept.is_main THEN coalesce(broken.failed, '{}') ELSE '{}' END = former.failed_rules
LEFT JOIN dim.calendar_day AS accept_day ON accept.accepted_at::date = accept_day.day
LEFT JOIN dim.calendar_day AS finish_day ON outcome.finished_at::date = finish_day.day;

-- The rows of the cases under inspection are replaced, and no others. They are computed first and written then: PostgreSQL shares a query
-- among processors only where it writes no lasting table.
DELETE FROM dwd.case_record AS old
USING quality.due_case AS due
WHERE old.case_key = due.case_key;

INSERT INTO dwd.case_record (
    source_id, record_key, case_key, case_no, verdict, is_qualified, is_countable, failed_rules, warned_rules, duplicate_of,
    item_code, item_version, item_name, item_type_code, case_type_code, applicant_type_code, applicant_masked,
    certificate_type_code, certificate_masked, mobile_masked, channel_code, department_code, department_name, new_city,
    street, station_code, applied_at, accepted_at, promised_at, finished_at, result_code, worked_workdays, step_count,
    first_arrived_date, completed_date, delivery_id, verdict_run_id
)
SELECT
    source_id,
    record_key,
    case_key,
    case_no,
    verdict,
    is_qualified,
    is_countable,
    failed_rules,
    warned_rules,
    duplicate_of,
    item_code,
    item_version,
    item_name,
    item_type_code,
    case_type_code,
    applicant_type_code,
    applicant_masked,
    certificate_type_code,
    certificate_masked,
    mobile_masked,
    channel_code,
    department_code,
    department_name,
    new_city,
    street,
    station_code,
    applied_at,
    accepted_at,
    promised_at,
    finished_at,
    result_code,
    worked_workdays,
    step_count,
    first_arrived_date,
    completed_date,
    delivery_id,
    verdict_run_id
FROM new_case_verdict;
