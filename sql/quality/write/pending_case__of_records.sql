-- Question: which cases must be judged again because of this feed of a load?
-- Parameters: none. Reads the temporary tables incoming_record, decided_version, moved_version and queued_case, ods.shared_row_guid. Writes
-- quality.pending_case and queued_case: a case that several feeds of a load touch is queued once. A record that has moved to another
-- 办件编号 touches both, and a case touches those with which it shares a RowGuid.
WITH changed AS (
    SELECT coalesce(incoming.project_no, incoming.spoken_of, '#' || coalesce(incoming.row_key, incoming.record_key)) AS case_key
    FROM incoming_record AS incoming
    LEFT JOIN decided_version AS decided ON incoming.seq = decided.seq
    WHERE coalesce(decided.is_version, true)
    UNION ALL
    SELECT case_key
    FROM decided_version
    WHERE seq IS NULL AND was_current AND NOT is_current
    UNION ALL
    SELECT moved.case_key
    FROM moved_version AS version
    CROSS JOIN LATERAL (VALUES (version.former_case_key), (version.case_key)) AS moved (case_key)
),

touched AS (
    SELECT case_key FROM changed
    UNION ALL
    SELECT other.case_key
    FROM ods.shared_row_guid AS other
    WHERE (other.row_key, other.feed, other.source_id) IN (
        SELECT
            sharer.row_key,
            sharer.feed,
            sharer.source_id
        FROM ods.shared_row_guid AS sharer
        WHERE sharer.case_key IN (SELECT case_key FROM changed)
    )
),

noted AS (
    INSERT INTO queued_case (case_key)
    SELECT DISTINCT touched.case_key
    FROM touched
    WHERE NOT EXISTS (SELECT 1 FROM queued_case WHERE queued_case.case_key = touched.case_key)
    RETURNING case_key
)

INSERT INTO quality.pending_case (case_key)
SELECT case_key
FROM noted;
