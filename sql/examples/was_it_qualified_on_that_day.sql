-- 某个办件在 11 月 20 日按当时的规则合格吗？ Put the 办件编号 and the day in place of those of the example.
SELECT
    case_key,
    verdict,
    is_qualified,
    failed_rules,
    valid_from,
    valid_until,
    rule_set
FROM ads.verdict_history
WHERE
    case_key = (SELECT min(case_no) FROM ads.case_masked WHERE verdict <> 'duplicate')
    AND verdict <> 'duplicate'
    AND valid_from <= date '2021-11-20'
    AND (valid_until IS NULL OR valid_until > date '2021-11-20')
ORDER BY replaced_at DESC NULLS FIRST
LIMIT 1;
