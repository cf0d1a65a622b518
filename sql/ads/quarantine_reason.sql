-- Grain: one rule: how many cases it keeps from being 合格, and how many only because of it.
DROP VIEW IF EXISTS ads.quarantine_reason CASCADE;
CREATE VIEW ads.quarantine_reason AS
SELECT
    reason.rule_id,
    min(rule.description) AS description,
    count(*) AS case_count,
    count(*) FILTER (WHERE cardinality(record.failed_rules) = 1) AS sole_case_count
FROM dwd.case_record AS record
CROSS JOIN unnest(record.failed_rules) AS reason (rule_id)
LEFT JOIN (
    SELECT
        rule_id,
        min(description) AS description
    FROM quality.rule
    GROUP BY rule_id
) AS rule
    ON reason.rule_id = rule.rule_id
WHERE record.is_countable
GROUP BY reason.rule_id;
COMMENT ON VIEW ads.quarantine_reason IS '不合格原因 · why 汇聚 and 合格 differ';
COMMENT ON COLUMN ads.quarantine_reason.rule_id IS '规则编号';
COMMENT ON COLUMN ads.quarantine_reason.description IS '规则内容 · of one of its columns';
COMMENT ON COLUMN ads.quarantine_reason.case_count IS '办件数 · cases that break it';
COMMENT ON COLUMN ads.quarantine_reason.sole_case_count IS '仅此一条的办件数 · cases that would be 合格 without it';
