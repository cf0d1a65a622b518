-- Grain: one delivery point in one time: registered under its 站点编码, in one new city. Written from the register of sources and
-- areas.csv at the start of every run. One code's times do not overlap; a source's own station has one row for every day.
CREATE TABLE IF NOT EXISTS dim.station (
    station_code text NOT NULL,
    name text NOT NULL,
    kind text NOT NULL,
    source_id text NOT NULL,
    is_own boolean NOT NULL,
    new_city text NOT NULL,
    street text,
    valid_from date NOT NULL,
    valid_to date NOT NULL,
    PRIMARY KEY (station_code, valid_from)
);

COMMENT ON TABLE dim.station IS '站点 · centres, street stations, village rooms and shops, with the time for which each row holds';
COMMENT ON COLUMN dim.station.station_code IS '站点编码';
COMMENT ON COLUMN dim.station.name IS '名称';
COMMENT ON COLUMN dim.station.kind IS '类别 · 新城中心、街镇站、村社区室、便利店、业务系统';
COMMENT ON COLUMN dim.station.source_id IS '来源 · the source that its cases arrive with';
COMMENT ON COLUMN dim.station.is_own IS '是否来源本站 · where a case without a station code belongs';
COMMENT ON COLUMN dim.station.new_city IS '新城 · in that time';
COMMENT ON COLUMN dim.station.street IS '街镇';
COMMENT ON COLUMN dim.station.valid_from IS '有效期起 · first day; 0001-01-01 always before';
COMMENT ON COLUMN dim.station.valid_to IS '有效期止 · last day; 9999-12-31 still today';
