-- 不合格的原因是什么？ Which rules keep cases from being 合格, and which of them alone?
SELECT
    rule_id,
    description,
    case_count,
    sole_case_count
FROM ads.quarantine_reason
ORDER BY case_count DESC;
