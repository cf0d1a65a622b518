-- 不合格的原因是什么？ Which rules keep cases from being 合格, and which of them alone?
SELECT
    reason.rule_id,
    reason.description,
    reason.case_count,
    reason.sole_case_count,
    verification.is_lower_bound
FROM ads.quarantine_reason AS reason
CROSS JOIN ads.verification AS verification
ORDER BY reason.case_count DESC;
