-- Grain: one delivery point in one new city; a station that has moved has a row for each.
DROP VIEW IF EXISTS ads.tally_by_station CASCADE;
CREATE VIEW ads.tally_by_station AS
SELECT
    station.station_code,
    station.name,
    station.kind,
    station.new_city,
    station.street,
    coalesce(sum(tally.delivered_count), 0)::bigint AS delivered_count,
    coalesce(sum(tally.case_count), 0)::bigint AS case_count,
    coalesce(sum(tally.qualified_count), 0)::bigint AS qualified_count,
    coalesce(sum(tally.quarantined_count), 0)::bigint AS quarantined_count,
    sum(tally.qualified_count) / nullif(sum(tally.case_count), 0) AS qualified_rate
FROM (
    SELECT DISTINCT ON (station_code, new_city)
        station_code,
        name,
        kind,
        new_city,
        street
    FROM dim.station
    ORDER BY station_code ASC, new_city ASC, valid_from DESC
) AS station
LEFT JOIN dws.tally_case_daily AS tally ON station.station_code = tally.station_code AND station.new_city = tally.new_city
GROUP BY station.station_code, station.name, station.kind, station.new_city, station.street;
COMMENT ON VIEW ads.tally_by_station IS '站点汇总 · every registered delivery point, also those without a case';
COMMENT ON COLUMN ads.tally_by_station.station_code IS '站点编码';
COMMENT ON COLUMN ads.tally_by_station.name IS '名称';
COMMENT ON COLUMN ads.tally_by_station.kind IS '类别';
COMMENT ON COLUMN ads.tally_by_station.new_city IS '新城';
COMMENT ON COLUMN ads.tally_by_station.street IS '街镇';
COMMENT ON COLUMN ads.tally_by_station.delivered_count IS '送达数';
COMMENT ON COLUMN ads.tally_by_station.case_count IS '汇聚办件数';
COMMENT ON COLUMN ads.tally_by_station.qualified_count IS '合格办件数';
COMMENT ON COLUMN ads.tally_by_station.quarantined_count IS '隔离数';
COMMENT ON COLUMN ads.tally_by_station.qualified_rate IS '合格率 · 合格 / 汇聚, 0–1';
