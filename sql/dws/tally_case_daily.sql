-- Grain: accept day × station × channel × item type. A view: counting 420,000 cases takes less than keeping the counts right.
DROP VIEW IF EXISTS dws.tally_case_daily CASCADE;
CREATE VIEW dws.tally_case_daily AS
SELECT
    (accepted_at AT TIME ZONE 'Asia/Shanghai')::date AS accepted_date,
    new_city,
    street,
    station_code,
    channel_code,
    item_type_code,
    count(*) AS delivered_count,
    count(*) FILTER (WHERE is_countable) AS case_count,
    count(*) FILTER (WHERE is_qualified) AS qualified_count,
    count(*) FILTER (WHERE verdict = 'accepted') AS accepted_count,
    count(*) FILTER (WHERE verdict = 'quarantined') AS quarantined_count,
    count(*) FILTER (WHERE verdict = 'duplicate') AS duplicate_count,
    count(*) FILTER (WHERE finished_at IS NOT NULL) AS finished_count
FROM dwd.case_record
GROUP BY 1, 2, 3, 4, 5, 6;

COMMENT ON VIEW dws.tally_case_daily IS '办件日汇总 · counts by accept day, station, channel and item type; sums of it are every official figure';
COMMENT ON COLUMN dws.tally_case_daily.accepted_date IS '受理日期 · Shanghai day; NULL where the time cannot be read';
COMMENT ON COLUMN dws.tally_case_daily.new_city IS '新城';
COMMENT ON COLUMN dws.tally_case_daily.street IS '街镇 · NULL at a centre';
COMMENT ON COLUMN dws.tally_case_daily.station_code IS '站点编码 · dim.station';
COMMENT ON COLUMN dws.tally_case_daily.channel_code IS '申请方式 · list apply_type';
COMMENT ON COLUMN dws.tally_case_daily.item_type_code IS '事项类型 · list task_type; NULL where the item is not in force';
COMMENT ON COLUMN dws.tally_case_daily.delivered_count IS '送达数 · live accept records, copies included';
COMMENT ON COLUMN dws.tally_case_daily.case_count IS '汇聚数 · cases that count: no copies, no void or deleted ones';
COMMENT ON COLUMN dws.tally_case_daily.qualified_count IS '合格数 · of these, without a critical finding';
COMMENT ON COLUMN dws.tally_case_daily.accepted_count IS '通过数 · records without a critical finding, void and deleted ones included';
COMMENT ON COLUMN dws.tally_case_daily.quarantined_count IS '隔离数 · records with a critical finding on the case';
COMMENT ON COLUMN dws.tally_case_daily.duplicate_count IS '重复数 · copies of cases that another record has';
COMMENT ON COLUMN dws.tally_case_daily.finished_count IS '办结数 · with a readable finish time';
