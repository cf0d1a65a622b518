-- Grain: one case that should have ended by the data date of the latest run and has no result (超期未办结). A measure of the
-- day, not a verdict on the record: it changes while the record stays the same.
DROP VIEW IF EXISTS ads.overdue_case CASCADE;
CREATE VIEW ads.overdue_case AS
SELECT
    record.case_no,
    record.new_city,
    record.street,
    record.station_code,
    record.item_code,
    record.item_name,
    (record.accepted_at AT TIME ZONE 'Asia/Shanghai')::date AS accepted_date,
    (record.promised_at AT TIME ZONE 'Asia/Shanghai')::date AS promised_date,
    today.workday_no - promised.workday_no AS overdue_workdays,
    EXISTS(
        SELECT 1 FROM quality.missing_record AS missing
        WHERE missing.case_key = record.case_key AND missing.source_id = record.source_id AND missing.feed = 'accept'
    ) AS is_gone_at_source,
    run.data_date
FROM (SELECT data_date FROM ops.run ORDER BY started_at DESC LIMIT 1) AS run
INNER JOIN dim.calendar_day AS today ON run.data_date = today.day
CROSS JOIN ops.setting AS reserve
INNER JOIN dwd.case_record AS record ON record.is_countable AND record.finished_at IS NULL
INNER JOIN dim.calendar_day AS promised ON (record.promised_at AT TIME ZONE 'Asia/Shanghai')::date = promised.day
WHERE reserve.name = 'overdue_reserve_workdays' AND today.workday_no - promised.workday_no > reserve.value;

COMMENT ON VIEW ads.overdue_case IS '超期未办结 · cases past their promise and the reserve without a result, as of the latest data date (T09)';
COMMENT ON COLUMN ads.overdue_case.case_no IS '办件编号';
COMMENT ON COLUMN ads.overdue_case.new_city IS '新城';
COMMENT ON COLUMN ads.overdue_case.street IS '街镇 · NULL at a centre';
COMMENT ON COLUMN ads.overdue_case.station_code IS '站点编码 · dim.station';
COMMENT ON COLUMN ads.overdue_case.item_code IS '实施编码';
COMMENT ON COLUMN ads.overdue_case.item_name IS '事项名称';
COMMENT ON COLUMN ads.overdue_case.accepted_date IS '受理日期';
COMMENT ON COLUMN ads.overdue_case.promised_date IS '承诺办结日期';
COMMENT ON COLUMN ads.overdue_case.overdue_workdays IS '超期工作日 · working days past the promise, reserve included';
COMMENT ON COLUMN ads.overdue_case.is_gone_at_source IS '来源已无此件 · 退件未推送结果 (T10): the source no longer holds the case';
COMMENT ON COLUMN ads.overdue_case.data_date IS '数据日期';
