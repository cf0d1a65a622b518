-- Question: which verdicts no longer stand?
-- Parameters: run_id. Reads the temporary table former_verdict, dwd.case_record. Writes dwd.verdict_history. A verdict that is given again adds nothing.
INSERT INTO dwd.verdict_history (
    source_id, record_key, case_key, verdict, is_qualified, failed_rules, run_id, replaced_by
)
SELECT
    former.source_id,
    former.record_key,
    former.case_key,
    former.verdict,
    former.is_qualified,
    former.failed_rules,
    former.verdict_run_id,
    %(run_id)s AS replaced_by
FROM former_verdict AS former
WHERE
    former.verdict_run_id IS NOT NULL
    AND NOT EXISTS (
        SELECT 1
        FROM dwd.case_record AS record
        WHERE
            record.record_key = former.record_key
            AND record.source_id = former.source_id
            AND record.case_key = former.case_key
            AND record.verdict = former.verdict
            AND record.is_qualified = former.is_qualified
            AND record.failed_rules = former.failed_rules
    );
