-- Question: which verdicts stood on the cases that are about to be judged?
-- Parameters: none. Reads quality.due_case, dwd.case_record. Makes the temporary table former_verdict, one row per verdict
-- that stands.
CREATE TEMPORARY TABLE former_verdict ON COMMIT DROP AS
SELECT
    record.source_id,
    record.record_key,
    record.case_key,
    record.verdict,
    record.is_qualified,
    record.failed_rules,
    record.verdict_run_id
FROM quality.due_case AS due
INNER JOIN dwd.case_record AS record ON due.case_key = record.case_key;
ANALYZE former_verdict;
