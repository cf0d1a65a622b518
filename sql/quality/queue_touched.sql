-- Question: which cases are to be inspected now that the changes of the rules have been looked at?
-- Parameters: none. Reads touched. Writes quality.pending_case; empties quality.due_case, which looking has filled with every case.
TRUNCATE quality.due_case;
INSERT INTO quality.pending_case (case_key)
SELECT DISTINCT case_key FROM touched;
