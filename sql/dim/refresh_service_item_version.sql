-- Question: which item versions are in force when, and which open cases may that change?
-- Parameters: run_id. Reads ods.item, ods.item_material, ods.accept. Writes dim.service_item_version, quality.pending_case,
-- quality.rejudgement.
-- Rerun: changes nothing when the catalogue has not changed. An entry whose dates cannot be read is not a version in force.
WITH required AS (
    -- item versions that list a required material
    SELECT DISTINCT task_guid
    FROM ods.item_material
    WHERE is_current AND operation <> 'D' AND is_need = '1' AND task_guid IS NOT NULL
),

handling AS (
    -- one row per item × version that is divided into handling items
    SELECT
        task_code,
        task_version,
        array_agg(DISTINCT task_handle_item ORDER BY task_handle_item) AS handle_items
    FROM ods.item
    WHERE is_current AND operation <> 'D' AND task_handle_item IS NOT NULL
    GROUP BY task_code, task_version
),

live AS (
    -- one row per item × version; the catalogue's latest word wins
    SELECT DISTINCT ON (item.task_code, item.task_version)
        item.task_code AS item_code,
        item.task_version AS item_version,
        item.task_name AS name,
        item.task_type AS item_type_code,
        item.use_level AS use_level_code,
        item.dept_name AS department_name,
        item.dept_code AS department_code,
        item.project_type AS case_type_code,
        item.server_type AS server_types,
        CASE WHEN item.promise_type = '1' AND item.promise_day ~ '^[0-9]{1,4}$' THEN item.promise_day::integer END AS promised_workdays,
        item.result_name IS NOT NULL AS has_certificate,
        coalesce(item.row_guid IN (SELECT task_guid FROM required), false) AS requires_material,
        handling.handle_items,
        quality.parse_time(item.plan_effective_date, true) AS valid_from,
        quality.parse_time(item.plan_cancel_date, true) AS cancelled_on
    FROM ods.item AS item
    LEFT JOIN handling ON item.task_code = handling.task_code AND item.task_version = handling.task_version
    WHERE
        item.is_current AND item.operation <> 'D'
        AND item.task_code IS NOT NULL AND item.task_version IS NOT NULL AND item.task_name IS NOT NULL
    ORDER BY item.task_code ASC, item.task_version ASC, item.synced_at DESC
),

final AS (
    -- plan_cancel_date is the last day in force; the next version ends an open one
    SELECT
        live.*,
        least(
            live.cancelled_on::date + interval '1 day',
            lead(live.valid_from) OVER (PARTITION BY live.item_code ORDER BY live.valid_from, live.item_version),
            timestamp '9999-12-31'
        ) AS valid_until
    FROM live
    WHERE live.valid_from IS NOT NULL
),

gone AS (
    DELETE FROM dim.service_item_version AS old
    WHERE NOT EXISTS (SELECT 1 FROM final WHERE final.item_code = old.item_code AND final.item_version = old.item_version)
    RETURNING old.item_code
),

changed AS (
    INSERT INTO dim.service_item_version AS old (
        item_code, item_version, name, item_type_code, use_level_code, department_name, department_code,
        case_type_code, server_types, promised_workdays, has_certificate, requires_material, handle_items, valid_from, valid_until
    )
    SELECT
        item_code,
        item_version,
        name,
        item_type_code,
        use_level_code,
        department_name,
        department_code,
        case_type_code,
        server_types,
        promised_workdays,
        has_certificate,
        requires_material,
        handle_items,
        valid_from,
        valid_until
    FROM final
    ON CONFLICT (item_code, item_version) DO UPDATE SET
        name = excluded.name,
        item_type_code = excluded.item_type_code,
        use_level_code = excluded.use_level_code,
        department_name = excluded.department_name,
        department_code = excluded.department_code,
        case_type_code = excluded.case_type_code,
        server_types = excluded.server_types,
        promised_workdays = excluded.promised_workdays,
        has_certificate = excluded.has_certificate,
        requires_material = excluded.requires_material,
        handle_items = excluded.handle_items,
        valid_from = excluded.valid_from,
        valid_until = excluded.valid_until
    WHERE
        (
            old.name, old.item_type_code, old.use_level_code, old.department_name, old.department_code, old.case_type_code,
            old.server_types, old.promised_workdays, old.has_certificate, old.requires_material, old.handle_items,
            old.valid_from, old.valid_until
        )
        IS DISTINCT FROM (
            excluded.name, excluded.item_type_code, excluded.use_level_code, excluded.department_name,
            excluded.department_code, excluded.case_type_code, excluded.server_types, excluded.promised_workdays,
            excluded.has_certificate, excluded.requires_material, excluded.handle_items,
            excluded.valid_from, excluded.valid_until
        )
    RETURNING old.item_code
),

queued AS (
    INSERT INTO quality.pending_case (case_key)
    SELECT DISTINCT accept.case_key
    FROM ods.accept AS accept
    WHERE
        accept.is_current
        AND accept.task_code IN (
            SELECT item_code FROM gone
            UNION
            SELECT item_code FROM changed
        )
    RETURNING case_key
)

INSERT INTO quality.rejudgement (run_id, reason, case_count)
SELECT
    %(run_id)s AS acting_run_id,
    'catalogue_changed' AS reason,
    count(*) AS case_count
FROM queued
HAVING count(*) > 0;
