-- Question: which item versions are in force when, and which open cases may that change?
-- Parameters: run_id. Reads ods.item, ods.item_material, ods.accept. Writes dim.service_item_version, quality.pending_case,
-- quality.rejudgement. Makes the temporary tables listed_version (one row per version that the catalogue lists) and changed_version.
-- Rerun: changes nothing when neither the catalogue has changed nor what is read in it. A version without a name or a readable beginning is
-- never in force, but it exists: a fault of the catalogue is the catalogue's, not that of the cases.
DROP TABLE IF EXISTS listed_version, changed_version;
CREATE TEMPORARY TABLE listed_version ON COMMIT DROP AS
WITH stated AS (
    -- one row per current record of an item, withdrawn ones included; a cell that says nothing is empty
    SELECT
        item.source_id,
        item.record_key,
        item.row_guid,
        item.synced_at,
        ods.is_live(item.is_current, item.operation) AS is_live,
        item.task_code,
        quality.filled(item.task_version) AS task_version,
        quality.filled(item.task_name) AS task_name,
        item.task_type,
        item.use_level,
        item.dept_name,
        item.dept_code,
        quality.filled(item.project_type) AS project_type,
        quality.filled(item.server_type) AS server_type,
        quality.filled(item.promise_type) AS promise_type,
        quality.filled(item.promise_day) AS promise_day,
        quality.most_days(item.anticipate_day, item.anticipate_type) AS anticipated_days,
        item.plan_effective_date,
        item.plan_cancel_date,
        cell.result_name IS NOT NULL AS tells_result,
        cell.result_name IS NOT NULL AND NOT quality.is_placeholder(cell.result_name) AS has_result,
        cell.handle_item IS NOT NULL AS tells_handle_item,
        CASE
            WHEN NOT quality.is_placeholder(cell.handle_item)
                THEN regexp_replace(cell.handle_item, E'[ \u00a0\u3000' || quality.invisible() || ']', '', 'g')
        END AS handle_item,
        cell.entrust_name IS NOT NULL AND NOT quality.is_placeholder(cell.entrust_name) AS is_entrusted
    FROM ods.item AS item
    CROSS JOIN LATERAL (
        SELECT
            quality.filled(item.result_name) AS result_name,
            quality.filled(item.task_handle_item) AS handle_item,
            quality.filled(item.entrust_name) AS entrust_name
    ) AS cell
    WHERE item.is_current
),

required AS (
    -- item versions that list a required material
    SELECT DISTINCT task_guid
    FROM ods.item_material
    WHERE ods.is_live(is_current, operation) AND is_need = '1' AND task_guid IS NOT NULL
),

delivered AS (
    -- one row per source of the catalogue: which columns it fills for any item; one that it never fills says nothing
    SELECT
        source_id,
        bool_or(tells_result) AS tells_results,
        bool_or(tells_handle_item) AS tells_handle_items
    FROM stated
    GROUP BY source_id
),

shared AS (
    -- one row per item × version: what its handling items have in common; where they differ, cases cannot be held to one of them
    SELECT
        item.task_code,
        item.task_version,
        CASE
            WHEN bool_or(delivered.tells_handle_items)
                THEN coalesce(array_agg(DISTINCT item.handle_item) FILTER (WHERE item.handle_item IS NOT NULL), '{}')
        END AS handle_items,
        count(DISTINCT row(item.promise_type, item.promise_day)) = 1 AS is_one_promise,
        count(DISTINCT coalesce(item.project_type, '')) = 1 AS is_one_case_type,
        count(DISTINCT coalesce(item.server_type, '')) = 1 AS is_one_audience,
        max(greatest(item.anticipated_days, quality.most_days(item.promise_day, item.promise_type))) AS limit_days,
        bool_and(item.has_result OR NOT delivered.tells_results) AS has_certificate,
        bool_or(item.is_entrusted) AS is_entrusted,
        bool_or(coalesce(item.row_guid IN (SELECT task_guid FROM required), false)) AS requires_material
    FROM stated AS item
    INNER JOIN delivered ON item.source_id = delivered.source_id
    WHERE item.is_live
    GROUP BY item.task_code, item.task_version
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
        shared.limit_days,
        shared.has_certificate,
        shared.requires_material,
        shared.handle_items,
        shared.is_entrusted,
        CASE WHEN item.task_version IS NOT NULL THEN quality.parse_time(item.plan_effective_date, true) END AS valid_from,
        quality.parse_time(item.plan_cancel_date, true) AS cancelled_on
    FROM stated AS item
    INNER JOIN shared
        ON item.task_code = shared.task_code AND item.task_version IS NOT DISTINCT FROM shared.task_version
    CROSS JOIN LATERAL (
        SELECT CASE WHEN shared.is_one_promise AND item.promise_day ~ '^[0-9]{1,4}$' THEN item.promise_day::integer END AS number
    ) AS promise
    WHERE item.is_live
    ORDER BY
        item.task_code ASC, coalesce(item.task_version, '') ASC, item.handle_item ASC NULLS FIRST,
        item.synced_at DESC, item.record_key ASC
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
    limit_days,
    has_certificate,
    requires_material,
    handle_items,
    valid_from,
    -- plan_cancel_date is the last day in force; the next version ends an open one
    least(
        cancelled_on::date + interval '1 day',
        lead(valid_from) OVER (PARTITION BY item_code ORDER BY valid_from, item_version),
        timestamp '9999-12-31'
    ) AS valid_until,
    is_entrusted
FROM live;

-- one row per version that has come, gone or changed: whether it says something else, and when it was and when it is in force
CREATE TEMPORARY TABLE changed_version ON COMMIT DROP AS
SELECT
    coalesce(before.item_code, after.item_code) AS item_code,
    coalesce(before.item_version, after.item_version) AS item_version,
    coalesce(before.content <> after.content, true) AS is_rewritten,
    CASE WHEN before.valid_from < before.valid_until THEN tsmultirange(tsrange(before.valid_from, before.valid_until)) ELSE '{}' END AS time_before,
    CASE WHEN after.valid_from < after.valid_until THEN tsmultirange(tsrange(after.valid_from, after.valid_until)) ELSE '{}' END AS time_after
FROM (
    SELECT
        old.*,
        to_jsonb(old) - '{valid_from,valid_until}'::text[] AS content
    FROM dim.service_item_version AS old
) AS before
FULL JOIN (
    SELECT
        new.*,
        to_jsonb(new) - '{valid_from,valid_until}'::text[]
        || jsonb_build_object('is_well_formed', quality.is_item_code(new.item_code)) AS content
    FROM listed_version AS new
) AS after ON before.item_code = after.item_code AND before.item_version = after.item_version
WHERE (before.content, before.valid_from, before.valid_until) IS DISTINCT FROM (after.content, after.valid_from, after.valid_until);

WITH every AS (
    -- one row per item, before and after: what its cases see of it whichever version they come under
    SELECT
        item_code,
        row(
            bool_or(item_version = ''),
            bool_or(valid_from IS NULL),
            (array_agg(name ORDER BY valid_from DESC NULLS LAST, item_version DESC) FILTER (WHERE name IS NOT NULL))[1]
        )::text AS content
    FROM (
        SELECT
            false AS is_new,
            item_code,
            item_version,
            name,
            valid_from
        FROM dim.service_item_version
        UNION ALL
        SELECT
            true AS is_new,
            item_code,
            item_version,
            name,
            valid_from
        FROM listed_version
    ) AS version
    GROUP BY is_new, item_code
),

queued AS (
    INSERT INTO quality.pending_case (case_key)
    SELECT DISTINCT accept.case_key
    FROM changed_version AS changed
    INNER JOIN ods.accept AS accept ON changed.item_code = accept.task_code AND accept.is_current
    LEFT JOIN (
        SELECT item_code
        FROM every
        GROUP BY item_code
        HAVING count(*) = 1 OR min(content) <> max(content)
    ) AS whole ON changed.item_code = whole.item_code
    WHERE
        CASE
            WHEN whole.item_code IS NOT NULL THEN true
            WHEN changed.is_rewritten
                THEN
                    coalesce(accept.task_version = changed.item_version, false)
                    OR changed.time_before + changed.time_after @> quality.parse_time(accept.accept_date, true)
            ELSE
                (changed.time_before + changed.time_after) - changed.time_before * changed.time_after
                @> quality.parse_time(accept.accept_date, true)
        END
    RETURNING case_key
)

INSERT INTO quality.rejudgement (run_id, reason, case_count)
SELECT
    %(run_id)s AS acting_run_id,
    'catalogue_changed' AS reason,
    count(*) AS case_count
FROM queued
HAVING count(*) > 0;

DELETE FROM dim.service_item_version AS old
USING changed_version AS changed
WHERE old.item_code = changed.item_code AND old.item_version = changed.item_version;

INSERT INTO dim.service_item_version (
    item_code, item_version, name, item_type_code, use_level_code, department_name, department_code,
    case_type_code, server_types, promised_workdays, promised_days, limit_days, has_certificate, requires_material, handle_items, valid_from, valid_until,
    is_entrusted
)
SELECT listed.*
FROM listed_version AS listed
INNER JOIN changed_version AS changed ON listed.item_code = changed.item_code AND listed.item_version = changed.item_version;
