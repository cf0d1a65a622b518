-- Grain: one delivery point by 站点编码. Written from the register at the start of every run.
CREATE TABLE IF NOT EXISTS dim.station (
    station_code text PRIMARY KEY,
    name text NOT NULL,
    kind text NOT NULL,
    source_id text NOT NULL,
    is_own boolean NOT NULL,
    new_city text,
    street text
);

COMMENT ON TABLE dim.station IS '站点 · centres, street stations, village rooms and shops';
COMMENT ON COLUMN dim.station.station_code IS '站点编码';
COMMENT ON COLUMN dim.station.name IS '名称';
COMMENT ON COLUMN dim.station.kind IS '类别 · 新城中心、街镇站、村社区室、便利店、业务系统';
COMMENT ON COLUMN dim.station.source_id IS '来源 · the source that its cases arrive with';
COMMENT ON COLUMN dim.station.is_own IS '是否来源本站 · where a case without a station code belongs';
COMMENT ON COLUMN dim.station.new_city IS '新城';
COMMENT ON COLUMN dim.station.street IS '街镇';
