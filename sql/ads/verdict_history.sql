-- Grain: one verdict on one delivered record, with the data dates on which it stands; the last one has no end.
DROP VIEW IF EXISTS ads.verdict_history CASCADE;
CREATE VIEW ads.verdict_history AS
SELECT
    stated.case_key,
    stated.source_id,
    stated.verdict,
    stated.is_qualified,
    stated.failed_rules,
    began.data_date AS valid_from,
    ended.data_date AS valid_until,
    began.rule_set,
    stated.run_id,
    stated.replaced_at
FROM (
    SELECT
        case_key,
        source_id,
        verdict,
        is_qualified,
        failed_rules,
        verdict_run_id AS run_id,
        NULL::text AS replaced_by,
        NULL::timestamptz AS replaced_at
    FROM dwd.case_record
    UNION ALL
    SELECT
        case_key,
        source_id,
        verdict,
        is_qualified,
        failed_rules,
        run_id,
        replaced_by,
        replaced_at
    FROM dwd.verdict_history
) AS stated
LEFT JOIN ops.run AS began ON stated.run_id = began.run_id
LEFT JOIN ops.run AS ended ON stated.replaced_by = ended.run_id;
COMMENT ON VIEW ads.verdict_history IS '结论沿革 · every verdict a case has had, by the data dates on which it stood';
COMMENT ON COLUMN ads.verdict_history.case_key IS '办件键 · 办件编号, or # and the record key where it is empty';
COMMENT ON COLUMN ads.verdict_history.source_id IS '来源';
COMMENT ON COLUMN ads.verdict_history.verdict IS '状态 · accepted、quarantined、duplicate';
COMMENT ON COLUMN ads.verdict_history.is_qualified IS '是否合格';
COMMENT ON COLUMN ads.verdict_history.failed_rules IS '未通过规则';
COMMENT ON COLUMN ads.verdict_history.valid_from IS '起始数据日期 · inclusive';
COMMENT ON COLUMN ads.verdict_history.valid_until IS '截止数据日期 · exclusive; NULL: it still stands';
COMMENT ON COLUMN ads.verdict_history.rule_set IS '规则集 · fingerprint of the rules by which it was first given; a later change of the rules that could touch it had it judged again';
COMMENT ON COLUMN ads.verdict_history.run_id IS '结论运行';
COMMENT ON COLUMN ads.verdict_history.replaced_at IS '更替时间 · the later one wins where runs were not in the order of their data dates';
