-- Question: which cases are to be inspected now?
-- Parameters: none. Moves quality.pending_case into quality.due_case; cases that an interrupted inspection left there stay due.
-- Rerun: an empty queue leaves due_case as it is.
WITH taken AS (
    DELETE FROM quality.pending_case RETURNING case_key
)

INSERT INTO quality.due_case (case_key)
SELECT DISTINCT case_key
FROM taken
ORDER BY case_key
ON CONFLICT DO NOTHING;
ANALYZE quality.due_case;
