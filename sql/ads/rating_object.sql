-- Grain: one thing that must be covered by ratings (三个全覆盖): an item, a department, a centre or station, a channel.
DROP VIEW IF EXISTS ads.rating_object CASCADE;
CREATE VIEW ads.rating_object AS
WITH finished AS (
    SELECT
        item_code,
        item_name,
        department_code,
        department_name,
        station_code
    FROM dwd.case_record
    WHERE is_countable AND finished_at IS NOT NULL
),

rated AS (
    SELECT
        item_code,
        department_code,
        station_code,
        channel_code
    FROM dwd.rating
    WHERE is_countable AND verdict <> 'orphan'
),

dimension AS (
    SELECT
        'item' AS kind,
        item_code AS code,
        max(item_name) AS name,
        count(*) AS case_count
    FROM finished
    GROUP BY item_code
    UNION ALL
    SELECT
        'department' AS kind,
        department_code AS code,
        max(department_name) AS name,
        count(*) AS case_count
    FROM finished
    GROUP BY department_code
    UNION ALL
    SELECT
        CASE WHEN station.kind = '新城中心' THEN 'centre' ELSE 'station' END AS kind,
        station.station_code AS code,
        station.name,
        count(*) AS case_count
    FROM finished
    INNER JOIN dim.station_latest AS station ON finished.station_code = station.station_code
    GROUP BY station.kind, station.station_code, station.name
    UNION ALL
    SELECT
        'channel' AS kind,
        code,
        name,
        NULL AS case_count
    FROM dim.code
    WHERE list = 'rating_channel' AND canonical IS NOT NULL
),

rating AS (
    SELECT
        'item' AS kind,
        item_code AS code,
        count(*) AS rating_count
    FROM rated
    GROUP BY item_code
    UNION ALL
    SELECT
        'department' AS kind,
        department_code AS code,
        count(*) AS rating_count
    FROM rated
    GROUP BY department_code
    UNION ALL
    SELECT
        'station' AS kind,
        station_code AS code,
        count(*) AS rating_count
    FROM rated
    GROUP BY station_code
    UNION ALL
    SELECT
        'channel' AS kind,
        channel_code AS code,
        count(*) AS rating_count
    FROM rated
    GROUP BY channel_code
)

SELECT
    dimension.kind,
    dimension.code,
    dimension.name,
    dimension.case_count,
    coalesce(rating.rating_count, 0) AS rating_count,
    coalesce(rating.rating_count, 0) > 0 AS is_covered
FROM dimension
LEFT JOIN rating
    ON CASE dimension.kind WHEN 'centre' THEN 'station' ELSE dimension.kind END = rating.kind AND dimension.code = rating.code
WHERE dimension.code IS NOT NULL;
COMMENT ON VIEW ads.rating_object IS '评价覆盖对象 · items, departments, centres and stations with finished cases, and channels, each with its ratings';
COMMENT ON COLUMN ads.rating_object.kind IS '类别 · item 事项, department 部门, centre 新城中心, station 站点, channel 渠道';
COMMENT ON COLUMN ads.rating_object.code IS '编码 · of the item, department, station or channel';
COMMENT ON COLUMN ads.rating_object.name IS '名称';
COMMENT ON COLUMN ads.rating_object.case_count IS '办结数 · finished cases that count; NULL for channels';
COMMENT ON COLUMN ads.rating_object.rating_count IS '评价数 · ratings with a case, no default and no repeated ones';
COMMENT ON COLUMN ads.rating_object.is_covered IS '是否覆盖 · at least one rating';
