-- The layers of the warehouse.
CREATE SCHEMA IF NOT EXISTS ops;
CREATE SCHEMA IF NOT EXISTS dim;
CREATE SCHEMA IF NOT EXISTS ods;
CREATE SCHEMA IF NOT EXISTS quality;
CREATE SCHEMA IF NOT EXISTS dwd;
CREATE SCHEMA IF NOT EXISTS dws;
CREATE SCHEMA IF NOT EXISTS ads;

COMMENT ON SCHEMA dim IS '维度 · items, sources, stations, calendar, codes';
COMMENT ON SCHEMA ods IS '贴源 · every version of every delivered record';
COMMENT ON SCHEMA quality IS '质检 · inspection views, findings, rules';
COMMENT ON SCHEMA dwd IS '明细 · live cases with their verdict';
COMMENT ON SCHEMA dws IS '汇总 · counts by day, area, station, channel and item type';
COMMENT ON SCHEMA ads IS '应用 · figures and masked views for analysts';
