-- Grain: one case that should have ended by the latest data date and has no result (超期未办结): its due day, moved on by
-- suspended working days as in T08, lies further back than the reserve. A measure of the day, not a verdict on the record: it
-- changes while the record stays the same.
DROP VIEW IF EXISTS ads.overdue_case CASCADE;
CREATE VIEW ads.overdue_case AS
SELECT
    record.case_no,
    record.source_id,
    record.record_key,
    record.new_city,
    record.street,
    record.station_code,
    record.item_code,
    record.item_name,
    (record.accepted_at AT TIME ZONE 'Asia/Shanghai')::date AS accepted_date,
    (record.promised_at AT TIME ZONE 'Asia/Shanghai')::date AS promised_date,
    fact.due_on AS due_date,
    run.data_date - fact.due_on AS overdue_days,
    EXISTS(
        SELECT 1 FROM quality.missing_record AS missing
        WHERE missing.case_key = record.case_key AND missing.source_id = record.source_id AND missing.feed = 'accept'
    ) AS is_gone_at_source,
    run.data_date
FROM ops.latest_data_date AS run
CROSS JOIN ops.setting AS reserve
INNER JOIN dwd.case_record AS record ON record.is_countable AND record.finished_at IS NULL
INNER JOIN ods.case_fact AS fact
    ON record.case_key = fact.case_key
    -- a result whose time cannot be read (V08) is a result
    AND NOT EXISTS (
        SELECT FROM ods.result AS result
        WHERE
            result.case_key = fact.case_key AND ods.is_live(result.is_current, result.operation)
            AND quality.is_own(result.source_id, fact.copy_sources)
    )
WHERE reserve.name = 'overdue_reserve_days' AND run.data_date - fact.due_on > reserve.value;

COMMENT ON VIEW ads.overdue_case IS '超期未办结 · cases past their due date and the reserve without a result, as of the latest data date (T09)';
COMMENT ON COLUMN ads.overdue_case.case_no IS '办件编号';
COMMENT ON COLUMN ads.overdue_case.source_id IS '来源 · dim.source';
COMMENT ON COLUMN ads.overdue_case.record_key IS '记录键 · of the accept record, as in ods';
COMMENT ON COLUMN ads.overdue_case.new_city IS '新城';
COMMENT ON COLUMN ads.overdue_case.street IS '街镇 · NULL at a centre';
COMMENT ON COLUMN ads.overdue_case.station_code IS '站点编码 · dim.station';
COMMENT ON COLUMN ads.overdue_case.item_code IS '实施编码';
COMMENT ON COLUMN ads.overdue_case.item_name IS '事项名称';
COMMENT ON COLUMN ads.overdue_case.accepted_date IS '受理日期';
COMMENT ON COLUMN ads.overdue_case.promised_date IS '承诺办结日期';
COMMENT ON COLUMN ads.overdue_case.due_date IS '应办结日期 · the promise, on to a working day, and as many working days on as the case was suspended';
COMMENT ON COLUMN ads.overdue_case.overdue_days IS '超期天数 · calendar days past the due date, reserve included';
COMMENT ON COLUMN ads.overdue_case.is_gone_at_source IS '来源已无此件 · 退件未推送结果 (T10): the source no longer holds the case';
COMMENT ON COLUMN ads.overdue_case.data_date IS '数据日期';
