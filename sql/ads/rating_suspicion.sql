-- Grain: one pattern over many ratings, or over the versions of one, that people should look at. Nothing is blocked by it; what one rating shows by itself
-- is found by the suites (A01, A02). Thresholds are settings. A date without a time is no second.
DROP VIEW IF EXISTS ads.rating_suspicion CASCADE;
CREATE VIEW ads.rating_suspicion WITH (security_barrier) AS
WITH rating AS (
    SELECT
        rating.case_no,
        rating.station_code,
        rating.rated_at AT TIME ZONE 'Asia/Shanghai' AS rated_at,
        rating.rating_level,
        rating.was_negative,
        delivered.eval_detail,
        quality.filled(delivered.mobile) AS mobile,
        coalesce(delivered.cert_key_gov, delivered.cert_key, delivered.user_name) AS rater,
        char_length(delivered.assess_time) > 10 AS has_time
    FROM dwd.rating AS rating
    INNER JOIN ods.rating AS delivered
        ON rating.record_key = delivered.record_key AND rating.source_id = delivered.source_id AND delivered.is_current
    WHERE rating.is_countable AND rating.verdict <> 'orphan'
),

detail AS (
    -- one row per way in which details are written: the codes in order, each once
    SELECT
        written.eval_detail,
        (
            SELECT string_agg(DISTINCT part.code, ',' ORDER BY part.code)
            FROM regexp_split_to_table(written.eval_detail, '[^0-9A-Za-z]+') AS part (code)
            WHERE part.code <> ''
        ) AS codes
    FROM (SELECT DISTINCT eval_detail FROM rating WHERE eval_detail IS NOT NULL) AS written
),

pattern AS (
    SELECT
        'A03' AS rule_id,
        '同一站点同一秒的许多评价' AS description,
        'suspicion_same_second' AS threshold,
        station_code,
        rated_at AS first_rated_at,
        rated_at AS last_rated_at,
        count(*) AS size,
        count(*) AS rating_count,
        (array_agg(case_no ORDER BY case_no))[:10] AS example_case_nos
    FROM rating
    WHERE has_time
    GROUP BY station_code, rated_at
    UNION ALL
    SELECT
        'A06' AS rule_id,
        '一个手机号替许多人评价' AS description,
        'suspicion_people_per_phone' AS threshold,
        min(station_code) AS station_code,
        min(rated_at) AS first_rated_at,
        max(rated_at) AS last_rated_at,
        count(DISTINCT rater) AS size,
        count(*) AS rating_count,
        (array_agg(case_no ORDER BY case_no))[:10] AS example_case_nos
    FROM rating
    WHERE mobile IS NOT NULL
    GROUP BY mobile
    UNION ALL
    SELECT
        'A07' AS rule_id,
        '站点一天的评价全是评价详情相同的五星' AS description,
        'suspicion_identical_day' AS threshold,
        station_code,
        min(rated_at) AS first_rated_at,
        max(rated_at) AS last_rated_at,
        count(*) AS size,
        count(*) AS rating_count,
        (array_agg(case_no ORDER BY case_no))[:10] AS example_case_nos
    FROM rating
    LEFT JOIN detail ON rating.eval_detail = detail.eval_detail
    WHERE rating.rated_at IS NOT NULL
    GROUP BY rating.station_code, rating.rated_at::date
    HAVING min(rating.rating_level) = 5 AND count(detail.codes) = count(*) AND min(detail.codes) = max(detail.codes)
    UNION ALL
    SELECT
        'A10' AS rule_id,
        '差评在来源改成了好评（处置不因此结束，由人核实销号）' AS description,
        NULL AS threshold,
        station_code,
        rated_at AS first_rated_at,
        rated_at AS last_rated_at,
        1 AS size,
        1 AS rating_count,
        ARRAY[case_no] AS example_case_nos
    FROM rating
    WHERE was_negative AND rating_level >= 4
)

SELECT
    pattern.rule_id,
    pattern.description,
    pattern.station_code,
    station.name AS station_name,
    pattern.first_rated_at,
    pattern.last_rated_at,
    pattern.size,
    pattern.rating_count,
    pattern.example_case_nos
FROM pattern
LEFT JOIN ops.setting AS setting ON pattern.threshold = setting.name
LEFT JOIN dim.station_latest AS station ON pattern.station_code = station.station_code
WHERE pattern.threshold IS NULL OR pattern.size >= setting.value;
COMMENT ON VIEW ads.rating_suspicion IS '评价疑点 · patterns over many ratings or the versions of one, for people to look at; nothing is blocked by them';
COMMENT ON COLUMN ads.rating_suspicion.rule_id IS '规则编号 · A03 同秒, A06 同号, A07 雷同, A10 改评';
COMMENT ON COLUMN ads.rating_suspicion.description IS '规则内容';
COMMENT ON COLUMN ads.rating_suspicion.station_code IS '站点编码 · A06: one of them';
COMMENT ON COLUMN ads.rating_suspicion.station_name IS '站点';
COMMENT ON COLUMN ads.rating_suspicion.first_rated_at IS '最早评价时间 · Shanghai time';
COMMENT ON COLUMN ads.rating_suspicion.last_rated_at IS '最晚评价时间 · Shanghai time';
COMMENT ON COLUMN ads.rating_suspicion.size IS '规模 · what is compared with the threshold in ops.setting: ratings, for A06 people; A10 has no threshold';
COMMENT ON COLUMN ads.rating_suspicion.rating_count IS '评价数';
COMMENT ON COLUMN ads.rating_suspicion.example_case_nos IS '办件编号举例 · at most ten';
