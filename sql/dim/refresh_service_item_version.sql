-- Question: which item versions are in force when, and which open cases may that change?
-- Parameters: run_id. Reads ods.item, ods.item_material, ods.accept. Writes dim.service_item_version, quality.pending_case,
-- quality.rejudgement.
-- Rerun: changes nothing when the catalogue has not changed. A version without a name or a readable beginning is never in force, but it exists:
-- a fault of the catalogue is the catalogue's, not that of the cases.
WITH required AS (
    -- item versions that list a required material
    SELECT DISTINCT task_guid
    FROM ods.item_material
    WHERE is_current AND operation <> 'D' AND is_need = '1' AND task_guid IS NOT NULL
),

shared AS (
    -- one row per item × version: what its handling items have in common; where they differ, cases cannot be held to one of them
    SELECT
        task_code,
        task_version,
        array_agg(DISTINCT task_handle_item ORDER BY task_handle_item) FILTER (WHERE task_handle_item IS NOT NULL) AS handle_items,
        count(DISTINCT row(promise_type, promise_day)) = 1 AS is_one_promise,
        count(DISTINCT coalesce(project_type, '')) = 1 AS is_one_case_type,
        count(DISTINCT coalesce(server_type, '')) = 1 AS is_one_audience,
        bool_and(result_name IS NOT NULL) AS has_certificate,
        bool_and(coalesce(row_guid IN (SELECT task_guid FROM required), false)) AS requires_material
    FROM ods.item
    WHERE is_current AND operation <> 'D'
    GROUP BY task_code, task_version
),

live AS (
    -- one row per item × version: the item itself before its handling items, and then the catalogue's latest word
    SELECT DISTINCT ON (item.task_code, coalesce(item.task_version, ''))
        item.task_code AS item_code,
        coalesce(item.task_version, '') AS item_version,
        item.task_name AS name,
        item.task_type AS item_type_code,
        item.use_level AS use_level_code,
        item.dept_name AS department_name,
        item.dept_code AS department_code,
        CASE WHEN shared.is_one_case_type THEN item.project_type END AS case_type_code,
        CASE WHEN shared.is_one_audience THEN item.server_type END AS server_types,
        CASE WHEN item.promise_type = '1' THEN promise.number END AS promised_workdays,
        -- in another unit: 2 days, 3 hours, 4 minutes, 5 months of 30 days
        CASE item.promise_type
            WHEN '2' THEN promise.number
            WHEN '3' THEN ceil(promise.number / 24.0)::integer
            WHEN '4' THEN ceil(promise.number / 1440.0)::integer
            WHEN '5' THEN promise.number * 30
        END AS promised_days,
        shared.has_certificate,
        shared.requires_material,
        shared.handle_items,
        CASE WHEN item.task_version IS NOT NULL THEN quality.parse_time(item.plan_effective_date, true) END AS valid_from,
        quality.parse_time(item.plan_cancel_date, true) AS cancelled_on
    FROM ods.item AS item
    INNER JOIN shared
        ON item.task_code = shared.task_code AND item.task_version IS NOT DISTINCT FROM shared.task_version
    CROSS JOIN LATERAL (
        SELECT CASE WHEN shared.is_one_promise AND item.promise_day ~ '^[0-9]{1,4}$' THEN item.promise_day::integer END AS number
    ) AS promise
    WHERE item.is_current AND item.operation <> 'D'
    ORDER BY
        item.task_code ASC, coalesce(item.task_version, '') ASC, item.task_handle_item ASC NULLS FIRST,
        item.synced_at DESC, item.record_key ASC
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
),

gone AS (
    DELETE FROM dim.service_item_version AS old
    WHERE NOT EXISTS (SELECT 1 FROM final WHERE final.item_code = old.item_code AND final.item_version = old.item_version)
    RETURNING old.item_code
),

changed AS (
    INSERT INTO dim.service_item_version AS old (
        item_code, item_version, name, item_type_code, use_level_code, department_name, department_code,
        case_type_code, server_types, promised_workdays, promised_days, has_certificate, requires_material, handle_items, valid_from, valid_until
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
        promised_days,
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
        promised_days = excluded.promised_days,
        has_certificate = excluded.has_certificate,
        requires_material = excluded.requires_material,
        handle_items = excluded.handle_items,
        valid_from = excluded.valid_from,
        valid_until = excluded.valid_until
    WHERE
        (
            old.name, old.item_type_code, old.use_level_code, old.department_name, old.department_code, old.case_type_code,
            old.server_types, old.promised_workdays, old.promised_days, old.has_certificate, old.requires_material, old.handle_items,
            old.valid_from, old.valid_until
        )
        IS DISTINCT FROM (
            excluded.name, excluded.item_type_code, excluded.use_level_code, excluded.department_name,
            excluded.department_code, excluded.case_type_code, excluded.server_types, excluded.promised_workdays,
            excluded.promised_days, excluded.has_certificate, excluded.requires_material, excluded.handle_items,
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
