-- Question: which cases must be judged again because of this load?
-- Parameters: none. Reads arrival, fate. Writes quality.pending_case. A record that has moved to another 办件编号 touches both.
INSERT INTO quality.pending_case (case_key)
SELECT coalesce(arrival.project_no, '#' || arrival.record_key)
FROM arrival
LEFT JOIN fate ON arrival.seq = fate.seq
WHERE coalesce(fate.is_version, true)
UNION
SELECT fate.case_key
FROM fate
WHERE fate.seq IS NULL AND fate.was_current AND NOT fate.is_current;
