-- Question: what is the verdict on every rating of the cases under inspection?
-- Parameters: none. Reads the inspection views, quality.finding, quality.due_case, dim and dwd.case_record, which is written first. Makes
-- the temporary table new_rating_verdict, one row per row of dwd.rating to be. Writes dwd.rating. Rerun: the same rows.
-- A rating is 合格 only if its case is and neither it nor the service record that it rates has a critical finding, waived ones
-- aside; a default rating is none of a person's, waived or not. The verdict says the first thing that keeps it from that. What a
-- person has written or is called stays in ods.
CREATE TEMPORARY TABLE new_rating_verdict ON COMMIT DROP AS
WITH broken AS (
    -- one row per record with findings
    SELECT
        finding.feed,
        finding.source_id,
        finding.record_key,
        array_agg(DISTINCT finding.rule_id) FILTER (WHERE finding.severity = 'critical' AND NOT finding.is_waived) AS failed,
        array_agg(DISTINCT finding.rule_id) FILTER (
            WHERE finding.severity = 'warning' OR finding.severity = 'critical' AND finding.is_waived
        ) AS warned
    FROM quality.due_case AS due
    INNER JOIN quality.finding AS finding ON due.case_key = finding.case_key
    WHERE finding.feed IN ('service', 'rating')
    GROUP BY finding.feed, finding.source_id, finding.record_key
),

inspected AS (
    -- one row per rating with the findings of it and its service record
    SELECT
        rating.*,
        own.failed || service.failed AS failed,
        own.warned || service.warned AS warned
    FROM quality.rating_live AS rating
    LEFT JOIN broken AS own
        ON own.feed = 'rating' AND rating.record_key = own.record_key AND rating.source_id = own.source_id
    LEFT JOIN broken AS service
        ON service.feed = 'service'
        AND rating.service_record_key = service.record_key
        AND rating.service_source_id = service.source_id
),

judged AS (
    SELECT
        inspected.*,
        CASE
            WHEN inspected.failed IS NULL THEN '{}'
            ELSE array(SELECT DISTINCT rule.id FROM unnest(inspected.failed) AS rule (id) ORDER BY rule.id)
        END AS failed_rules,
        CASE
            WHEN inspected.warned IS NULL THEN '{}'
            ELSE array(SELECT DISTINCT rule.id FROM unnest(inspected.warned) AS rule (id) ORDER BY rule.id)
        END AS warned_rules,
        CASE
            WHEN inspected.is_default THEN 'default'
            WHEN NOT inspected.is_first THEN 'duplicate'
            WHEN NOT inspected.has_accept THEN 'orphan'
            WHEN inspected.failed IS NOT NULL THEN 'quarantined'
            WHEN record.is_qualified THEN 'accepted'
            ELSE 'waiting'
        END AS verdict,
        record.record_key IS NOT NULL AS has_case,
        record.item_code AS case_item,
        record.department_name AS case_department_name,
        record.department_code AS case_department,
        record.new_city AS case_new_city,
        record.street AS case_street,
        record.station_code AS case_station,
        record.completed_date AS case_completed_date
    FROM inspected
    LEFT JOIN dwd.case_record AS record ON inspected.case_key = record.case_key AND record.duplicate_of IS NULL
)

SELECT
    judged.source_id,
    judged.record_key,
    judged.case_key,
    quality.case_no(judged.case_key, judged.project_no) AS case_no,
    assess_number.code AS assess_number,
    CASE WHEN judged.service_record_key IS NOT NULL THEN judged.rated_service_number END AS service_number,
    judged.verdict,
    judged.verdict = 'accepted' AS is_qualified,
    judged.verdict NOT IN ('default', 'duplicate') AS is_countable,
    judged.failed_rules,
    judged.warned_rules,
    judged.rating_level::smallint AS rating_level,
    coalesce(judged.rating_level IN ('1', '2'), false) AS is_negative,
    judged.was_negative,
    judged.is_anonymous,
    judged.channel_code,
    CASE WHEN judged.is_detail_known THEN string_to_array(judged.eval_detail, ',') END AS detail_codes,
    judged.writing_evaluation IS NOT NULL AS has_text,
    CASE
        WHEN judged.has_case THEN judged.case_item
        WHEN quality.is_item_code(judged.task_code) THEN judged.task_code
    END AS item_code,
    item.name AS item_name,
    CASE
        WHEN judged.has_case THEN judged.case_department
        WHEN quality.is_credit_code(judged.dept_code) THEN judged.dept_code
    END AS department_code,
    judged.case_department_name AS department_name,
    CASE WHEN judged.has_case THEN judged.case_new_city ELSE own.new_city END AS new_city,
    CASE WHEN judged.has_case THEN judged.case_street ELSE own.street END AS street,
    CASE WHEN judged.has_case THEN judged.case_station ELSE own.station_code END AS station_code,
    judged.rated_at AT TIME ZONE 'Asia/Shanghai' AS rated_at,
    judged.first_arrived_at::date AS first_arrived_date,
    greatest(judged.synced_at::date, judged.service_synced_at::date, judged.case_completed_date) AS completed_date,
    judged.delivery_id
FROM judged
INNER JOIN dim.station AS own
    ON judged.source_id = own.source_id AND own.is_own
    AND coalesce(judged.rated_at, judged.synced_at)::date BETWEEN own.valid_from AND own.valid_to
LEFT JOIN dim.code AS assess_number ON assess_number.list = 'assess_number' AND judged.assess_number = assess_number.code
LEFT JOIN (
    -- one row per item: the name of its latest version that has one
    SELECT DISTINCT ON (item_code)
        item_code,
        name
    FROM dim.service_item_version
    WHERE name IS NOT NULL
    ORDER BY item_code ASC, valid_from DESC NULLS LAST, item_version DESC
) AS item ON item.item_code = coalesce(judged.case_item, judged.task_code);

-- The rows of the cases under inspection are replaced, and no others. They are computed first and written then: PostgreSQL shares a query
-- among processors only where it writes no lasting table.
DELETE FROM dwd.rating AS old
USING quality.due_case AS due
WHERE old.case_key = due.case_key;

INSERT INTO dwd.rating (
    source_id, record_key, case_key, case_no, assess_number, service_number, verdict, is_qualified, is_countable,
    failed_rules, warned_rules, rating_level, is_negative, was_negative, is_anonymous, channel_code, detail_codes, has_text, item_code,
    item_name, department_code, department_name, new_city, street, station_code, rated_at, first_arrived_date, completed_date,
    delivery_id
)
SELECT
    source_id,
    record_key,
    case_key,
    case_no,
    assess_number,
    service_number,
    verdict,
    is_qualified,
    is_countable,
    failed_rules,
    warned_rules,
    rating_level,
    is_negative,
    was_negative,
    is_anonymous,
    channel_code,
    detail_codes,
    has_text,
    item_code,
    item_name,
    department_code,
    department_name,
    new_city,
    street,
    station_code,
    rated_at,
    first_arrived_date,
    completed_date,
    delivery_id
FROM new_rating_verdict;
