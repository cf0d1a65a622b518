-- Grain: one 站点编码, as it is registered last: for names on pages.
DROP VIEW IF EXISTS dim.station_latest CASCADE;
CREATE VIEW dim.station_latest AS
SELECT DISTINCT ON (station_code)
    station_code,
    name,
    kind,
    source_id,
    new_city,
    street
FROM dim.station
ORDER BY station_code ASC, valid_from DESC;

COMMENT ON VIEW dim.station_latest IS '站点（最新登记）· one row per 站点编码';
COMMENT ON COLUMN dim.station_latest.station_code IS '站点编码';
COMMENT ON COLUMN dim.station_latest.name IS '名称';
COMMENT ON COLUMN dim.station_latest.kind IS '类别 · 新城中心、街镇站、村社区室、便利店、业务系统';
COMMENT ON COLUMN dim.station_latest.source_id IS '来源 · the source that its cases arrive with';
COMMENT ON COLUMN dim.station_latest.new_city IS '新城 · now';
COMMENT ON COLUMN dim.station_latest.street IS '街镇';
