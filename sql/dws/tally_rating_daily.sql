-- Grain: rating day × station × channel × level. A view, as the tally of cases is.
DROP VIEW IF EXISTS dws.tally_rating_daily CASCADE;
CREATE VIEW dws.tally_rating_daily AS
SELECT
    (rated_at AT TIME ZONE 'Asia/Shanghai')::date AS rated_date,
    new_city,
    street,
    station_code,
    channel_code,
    rating_level,
    is_negative,
    count(*) AS delivered_count,
    count(*) FILTER (WHERE is_countable) AS rating_count,
    count(*) FILTER (WHERE is_qualified) AS qualified_count,
    count(*) FILTER (WHERE verdict = 'quarantined') AS quarantined_count,
    count(*) FILTER (WHERE verdict = 'waiting') AS waiting_count,
    count(*) FILTER (WHERE verdict = 'orphan') AS orphan_count,
    count(*) FILTER (WHERE verdict = 'default') AS default_count,
    count(*) FILTER (WHERE verdict = 'duplicate') AS duplicate_count
FROM dwd.rating
GROUP BY 1, 2, 3, 4, 5, 6, 7;

COMMENT ON VIEW dws.tally_rating_daily IS '评价日汇总 · counts by rating day, station, channel and level; sums of it are every official figure';
COMMENT ON COLUMN dws.tally_rating_daily.rated_date IS '评价日期 · Shanghai day; NULL where the time cannot be read';
COMMENT ON COLUMN dws.tally_rating_daily.new_city IS '新城';
COMMENT ON COLUMN dws.tally_rating_daily.street IS '街镇 · NULL at a centre';
COMMENT ON COLUMN dws.tally_rating_daily.station_code IS '站点编码 · dim.station';
COMMENT ON COLUMN dws.tally_rating_daily.channel_code IS '评价渠道 · list rating_channel';
COMMENT ON COLUMN dws.tally_rating_daily.rating_level IS '评价等级 · 5 非常满意 to 1 非常不满意';
COMMENT ON COLUMN dws.tally_rating_daily.is_negative IS '是否差评 · level 1 or 2';
COMMENT ON COLUMN dws.tally_rating_daily.delivered_count IS '送达数 · live rating records = 合格 + 隔离 + 待办件合格 + 无办件 + 默认 + 重复';
COMMENT ON COLUMN dws.tally_rating_daily.rating_count IS '汇聚数 · ratings that count: no default and no repeated ones';
COMMENT ON COLUMN dws.tally_rating_daily.qualified_count IS '合格数 · of a 合格 case, without a critical finding';
COMMENT ON COLUMN dws.tally_rating_daily.quarantined_count IS '隔离数 · with a critical finding on the rating or its service record';
COMMENT ON COLUMN dws.tally_rating_daily.waiting_count IS '待办件合格数 · nothing wrong but that the case is not 合格 yet';
COMMENT ON COLUMN dws.tally_rating_daily.orphan_count IS '无办件数 · no case has come';
COMMENT ON COLUMN dws.tally_rating_daily.default_count IS '默认评价数 · default and automatic ratings, kept and counted apart';
COMMENT ON COLUMN dws.tally_rating_daily.duplicate_count IS '重复数 · a second record of the same rating';
