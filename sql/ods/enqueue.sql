-- Question: which cases must be judged again because of this feed of a load?
-- Parameters: none. Reads arrival, fate, queued. Writes quality.pending_case and queued: a case that several feeds of a load touch is
-- queued once. A record that has moved to another 办件编号 touches both.
WITH touched AS (
    SELECT coalesce(arrival.project_no, '#' || arrival.record_key) AS case_key
    FROM arrival
    LEFT JOIN fate ON arrival.seq = fate.seq
    WHERE coalesce(fate.is_version, true)
    UNION ALL
    SELECT fate.case_key
    FROM fate
    WHERE fate.seq IS NULL AND fate.was_current AND NOT fate.is_current
),

noted AS (
    INSERT INTO queued (case_key)
    SELECT DISTINCT touched.case_key
    FROM touched
    WHERE NOT EXISTS (SELECT 1 FROM queued WHERE queued.case_key = touched.case_key)
    RETURNING case_key
)

INSERT INTO quality.pending_case (case_key)
SELECT case_key
FROM noted;
