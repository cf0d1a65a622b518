-- Grain: one rule: how many ratings it keeps from being 合格, and how many only because of it.
DROP VIEW IF EXISTS ads.rating_reason CASCADE;
CREATE VIEW ads.rating_reason AS
SELECT
    reason.rule_id,
    min(rule.description) AS description,
    count(*) AS rating_count,
    count(*) FILTER (WHERE cardinality(rating.failed_rules) = 1) AS sole_rating_count
FROM dwd.rating AS rating
CROSS JOIN unnest(rating.failed_rules) AS reason (rule_id)
LEFT JOIN (
    SELECT
        rule_id,
        min(description) AS description
    FROM quality.rule
    WHERE feed IN ('service', 'rating')
    GROUP BY rule_id
) AS rule
    ON reason.rule_id = rule.rule_id
WHERE rating.is_countable
GROUP BY reason.rule_id;
COMMENT ON VIEW ads.rating_reason IS '评价不合格原因 · by rule; ratings that only wait for their case are counted in ads.rating_by_new_city';
COMMENT ON COLUMN ads.rating_reason.rule_id IS '规则编号';
COMMENT ON COLUMN ads.rating_reason.description IS '规则内容 · of one of its columns';
COMMENT ON COLUMN ads.rating_reason.rating_count IS '评价数 · ratings that break it';
COMMENT ON COLUMN ads.rating_reason.sole_rating_count IS '仅此一条的评价数 · ratings that break nothing else';
