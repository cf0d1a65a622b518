-- Question: what do the rows of a case say of each other?
-- Parameters: part, parts. Reads quality.due_case, ods, dim. Writes ods.case_fact: one row per case that is due, of one part of them.
-- Makes the temporary table due_part, one row per case of the part. PostgreSQL would not share this query among processors, so each
-- processor takes a part, on a connection of its own. Rerun: the same rows.
DROP TABLE IF EXISTS due_part;
CREATE TEMPORARY TABLE due_part ON COMMIT DROP AS
SELECT case_key
FROM quality.due_case
WHERE mod(hashtext(case_key) & 1023, %(parts)s) = %(part)s;
ANALYZE due_part;

DELETE FROM ods.case_fact AS old
USING due_part AS due
WHERE old.case_key = due.case_key;

INSERT INTO ods.case_fact (
    case_key, accept_source_id, accept_record_key, copy_sources, main_digest, is_withdrawn, first_arrived_at,
    item_code, department_code, accepted_at, promised_at, due_on, step_count, last_step_at,
    case_type, first_step_time, last_step_time, last_step_end, last_approval_start,
    suspended_workdays, has_material, last_part_at,
    first_step_no, last_step_no, numbered_steps, may_have_step_twice, shares_row_guid, sound_accepted_at
)
WITH past AS (
    -- one row per accept record of which there are earlier versions
    SELECT
        record_key,
        source_id,
        min(synced_at) AS first_synced_at
    FROM ods.accept
    WHERE NOT is_current
    GROUP BY record_key, source_id
),

accept AS (
    -- one row per current accept row of a due case; a withdrawn one comes last, the source of higher priority first,
    -- then the one that was delivered first (an older word may have arrived after the current one)
    SELECT
        candidate.*,
        row_number() OVER (
            PARTITION BY case_key ORDER BY is_dead ASC, priority ASC, first_arrived_at ASC, source_id ASC, record_key ASC
        ) AS rank_no
    FROM (
        SELECT
            version.case_key,
            version.source_id,
            version.record_key,
            version.operation = 'D' AS is_dead,
            version.synced_at,
            source.priority,
            version.task_code,
            version.org_code,
            version.accept_date,
            version.promise_date,
            CASE
                WHEN 'project_type' = any(source.own_lists)
                    THEN (
                        SELECT own.code
                        FROM dim.source_code AS own
                        WHERE own.source_id = version.source_id AND own.column_name = 'project_type' AND own.raw_code = version.project_type
                    )
                WHEN 'project_type' <> all(source.filled_columns) THEN quality.filled(version.project_type)
            END AS case_type,
            source.is_sheet,
            least(version.synced_at, past.first_synced_at) AS first_arrived_at
        FROM due_part AS due
        INNER JOIN ods.accept AS version ON due.case_key = version.case_key AND version.is_current
        INNER JOIN dim.source AS source ON version.source_id = source.source_id
        LEFT JOIN past ON version.record_key = past.record_key AND version.source_id = past.source_id
    ) AS candidate
),

copies AS (
    -- one row per case that several sources hold
    SELECT
        main.case_key,
        array_agg(DISTINCT other.source_id) AS sources
    FROM accept AS main
    INNER JOIN accept AS other ON main.case_key = other.case_key AND main.source_id <> other.source_id
    WHERE main.rank_no = 1 AND NOT main.is_dead AND other.rank_no > 1 AND NOT other.is_dead
    GROUP BY main.case_key
),

steps AS (
    -- one row per case with live process rows of its own, not of a copy; times are compared as they are written, which is cheap and,
    -- where they are valid, right
    SELECT
        step.case_key,
        count(*)::integer AS step_count,
        max(step.synced_at) AS last_step_at,
        min(least(step.started, step.ended)) AS first_step_time,
        max(greatest(step.started, step.ended)) AS last_step_time,
        max(step.ended) FILTER (WHERE step.ended <= step.latest) AS last_step_end,
        max(step.started) FILTER (WHERE step.event_name = '1' AND step.started <= step.latest) AS last_approval_start,
        min(step.step_no) AS first_step_no,
        max(step.step_no) AS last_step_no,
        count(step.step_no)::integer AS numbered_steps,
        -- a bit for each number, the last one for all that are greater
        count(step.step_no) > bit_count(
            bit_or(1::bigint << least(step.step_no, 62)) FILTER (WHERE step.step_no IS NOT NULL)::bit(64)
        ) AS may_have_step_twice
    FROM (
        SELECT
            version.case_key,
            version.synced_at,
            coalesce(own.code, version.event_name) AS event_name,
            quality.step_no(source.extra_columns -> 'process', version.extra) AS step_no,
            version.event_start_time COLLATE "C" AS started,
            version.event_end_time COLLATE "C" AS ended,
            quality.latest_at(version.synced_at)::text COLLATE "C" AS latest
        FROM due_part AS due
        INNER JOIN ods.process AS version ON due.case_key = version.case_key AND ods.is_live(version.is_current, version.operation)
        INNER JOIN dim.source AS source ON version.source_id = source.source_id
        -- only a source with a list of its own has codes of event_name to translate
        LEFT JOIN dim.source_code AS own
            ON version.source_id = own.source_id AND own.column_name = 'event_name' AND version.event_name = own.raw_code
        LEFT JOIN copies ON due.case_key = copies.case_key
        WHERE quality.is_own(version.source_id, copies.sources)
    ) AS step
    GROUP BY step.case_key
),

pause AS (
    -- one row per live special procedure of the case's own; one whose times cannot be read or run backwards suspends nothing
    SELECT
        version.case_key,
        version.synced_at,
        CASE WHEN times.suspended_on < times.resumed_on THEN daterange(times.suspended_on, times.resumed_on) END AS days
    FROM due_part AS due
    INNER JOIN ods.special AS version ON due.case_key = version.case_key AND ods.is_live(version.is_current, version.operation)
    INNER JOIN dim.source AS source ON version.source_id = source.source_id
    CROSS JOIN LATERAL (
        SELECT
            quality.parse_time(version.special_time, source.is_sheet)::date AS suspended_on,
            quality.parse_time(version.end_time, source.is_sheet)::date AS resumed_on
    ) AS times
    LEFT JOIN copies ON due.case_key = copies.case_key
    WHERE quality.is_own(version.source_id, copies.sources)
),

suspension AS (
    -- one row per case with special procedures; overlapping ones count once
    SELECT
        merged.case_key,
        merged.last_pause_at,
        -- unknown where the calendar does not have both days
        CASE
            WHEN bool_and(stretch.days IS NULL OR suspended.day IS NOT NULL AND resumed.day IS NOT NULL)
                THEN coalesce(sum(resumed.workday_no - suspended.workday_no), 0)::integer
        END AS workdays
    FROM (
        SELECT
            case_key,
            max(synced_at) AS last_pause_at,
            range_agg(days) AS days
        FROM pause
        GROUP BY case_key
    ) AS merged
    LEFT JOIN LATERAL unnest(merged.days) AS stretch (days) ON true
    LEFT JOIN dim.calendar_day AS suspended ON lower(stretch.days) = suspended.day
    LEFT JOIN dim.calendar_day AS resumed ON upper(stretch.days) = resumed.day
    GROUP BY merged.case_key, merged.last_pause_at
),

materials AS (
    -- one row per case with live material rows of its own
    SELECT
        version.case_key,
        max(version.synced_at) AS last_material_at
    FROM due_part AS due
    INNER JOIN ods.material AS version ON due.case_key = version.case_key AND ods.is_live(version.is_current, version.operation)
    LEFT JOIN copies ON due.case_key = copies.case_key
    WHERE quality.is_own(version.source_id, copies.sources)
    GROUP BY version.case_key
)

SELECT
    due.case_key,
    CASE WHEN NOT accept.is_dead THEN accept.source_id END AS accept_source_id,
    CASE WHEN NOT accept.is_dead THEN accept.record_key END AS accept_record_key,
    copies.sources AS copy_sources,
    CASE
        WHEN copies.sources IS NOT NULL THEN (
            SELECT quality.case_digest(main.task_code, main.applyer_page_code, main.accept_date)
            FROM ods.accept AS main
            WHERE main.record_key = accept.record_key AND main.source_id = accept.source_id AND main.is_current
        )
    END AS main_digest,
    coalesce(accept.is_dead, false) AS is_withdrawn,
    accept.first_arrived_at,
    accept.task_code AS item_code,
    accept.org_code AS department_code,
    promise.accepted_at,
    promise.promised_at,
    due_day.day AS due_on,
    coalesce(steps.step_count, 0) AS step_count,
    steps.last_step_at,
    accept.case_type,
    steps.first_step_time,
    steps.last_step_time,
    steps.last_step_end,
    steps.last_approval_start,
    promise.suspended_workdays,
    materials.case_key IS NOT NULL AS has_material,
    greatest(suspension.last_pause_at, materials.last_material_at) AS last_part_at,
    steps.first_step_no,
    steps.last_step_no,
    steps.numbered_steps,
    coalesce(steps.may_have_step_twice, false) AS may_have_step_twice,
    due.case_key IN (SELECT sharer.case_key FROM ods.shared_row_guid AS sharer) AS shares_row_guid,
    promise.sound_accepted_at
FROM due_part AS due
LEFT JOIN accept ON due.case_key = accept.case_key AND accept.rank_no = 1
LEFT JOIN copies ON due.case_key = copies.case_key
LEFT JOIN steps ON due.case_key = steps.case_key
LEFT JOIN suspension ON due.case_key = suspension.case_key
LEFT JOIN materials ON due.case_key = materials.case_key
CROSS JOIN LATERAL (SELECT quality.parse_time(accept.accept_date, accept.is_sheet) AS accepted_at) AS begun
CROSS JOIN LATERAL (
    SELECT
        quality.parse_time(accept.promise_date, accept.is_sheet) AS promised_at,
        begun.accepted_at,
        CASE WHEN begun.accepted_at <= quality.latest_at(accept.synced_at) THEN begun.accepted_at END AS sound_accepted_at,
        CASE WHEN suspension.case_key IS NULL THEN 0 ELSE suspension.workdays END AS suspended_workdays
) AS promise
-- the due day: a promise that ends on a rest day moves on to the next working day, and every working day of a suspension moves it by one;
-- a promise before the acceptance is T06's alone, from which nothing is due
LEFT JOIN dim.calendar_day AS promise_day
    ON promise.promised_at::date = promise_day.day
    AND (
        -- written times are compared first, which is cheap and rules out nearly all
        accept.promise_date COLLATE "C" < accept.accept_date COLLATE "C"
        AND quality.end_of(accept.promise_date, promise.promised_at) < promise.sound_accepted_at
    ) IS NOT true
LEFT JOIN dim.calendar_day AS due_day
    ON due_day.is_workday
    AND due_day.workday_no
    = quality.counted_workday_no(promise_day.workday_no, promise_day.is_workday) + promise.suspended_workdays;
