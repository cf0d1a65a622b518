-- Grain: one new city with ratings or with finished cases, which nobody has rated.
DROP VIEW IF EXISTS ads.rating_by_new_city CASCADE;
CREATE VIEW ads.rating_by_new_city AS
WITH rating AS (
    SELECT
        new_city,
        sum(delivered_count)::bigint AS delivered_count,
        sum(rating_count)::bigint AS rating_count,
        sum(qualified_count)::bigint AS qualified_count,
        sum(quarantined_count)::bigint AS quarantined_count,
        sum(waiting_count)::bigint AS waiting_count,
        sum(orphan_count)::bigint AS orphan_count,
        sum(default_count)::bigint AS default_count,
        sum(duplicate_count)::bigint AS duplicate_count,
        coalesce(sum(rating_count) FILTER (WHERE rating_level >= 3), 0)::bigint AS satisfied_count,
        coalesce(sum(rating_count) FILTER (WHERE is_negative), 0)::bigint AS negative_count
    FROM dws.tally_rating_daily
    GROUP BY new_city
),

rated AS (
    -- one row per case with a rating
    SELECT
        case_key,
        bool_or(is_countable) AS is_rated_by_a_person
    FROM dwd.rating
    GROUP BY case_key
),

finished AS (
    SELECT
        record.new_city,
        count(*) AS case_count,
        count(rated.case_key) AS rated_count,
        count(*) FILTER (WHERE rated.is_rated_by_a_person) AS actively_rated_count
    FROM dwd.case_record AS record
    LEFT JOIN rated ON record.case_key = rated.case_key
    WHERE record.is_countable AND record.finished_at IS NOT NULL
    GROUP BY record.new_city
)

SELECT
    coalesce(rating.new_city, finished.new_city) AS new_city,
    coalesce(rating.delivered_count, 0) AS delivered_count,
    coalesce(rating.rating_count, 0) AS rating_count,
    coalesce(rating.qualified_count, 0) AS qualified_count,
    coalesce(rating.quarantined_count, 0) AS quarantined_count,
    coalesce(rating.waiting_count, 0) AS waiting_count,
    coalesce(rating.orphan_count, 0) AS orphan_count,
    coalesce(rating.default_count, 0) AS default_count,
    coalesce(rating.duplicate_count, 0) AS duplicate_count,
    coalesce(rating.satisfied_count, 0) AS satisfied_count,
    coalesce(rating.negative_count, 0) AS negative_count,
    rating.satisfied_count::numeric / nullif(rating.rating_count, 0) AS satisfied_rate,
    coalesce(finished.case_count, 0) AS finished_case_count,
    coalesce(finished.rated_count, 0) AS rated_case_count,
    coalesce(finished.actively_rated_count, 0) AS actively_rated_case_count,
    finished.rated_count::numeric / finished.case_count AS rating_rate,
    finished.actively_rated_count::numeric / finished.case_count AS active_rating_rate
FROM rating
FULL JOIN finished ON rating.new_city = finished.new_city;
COMMENT ON VIEW ads.rating_by_new_city IS '新城评价汇总 · ratings by verdict, and 凡办事必评价';
COMMENT ON COLUMN ads.rating_by_new_city.new_city IS '新城';
COMMENT ON COLUMN ads.rating_by_new_city.delivered_count IS '送达数 · = 合格 + 隔离 + 待办件合格 + 无办件 + 默认 + 重复';
COMMENT ON COLUMN ads.rating_by_new_city.rating_count IS '汇聚评价数 · no default and no repeated ones';
COMMENT ON COLUMN ads.rating_by_new_city.qualified_count IS '合格评价数';
COMMENT ON COLUMN ads.rating_by_new_city.quarantined_count IS '隔离数';
COMMENT ON COLUMN ads.rating_by_new_city.waiting_count IS '待办件合格数';
COMMENT ON COLUMN ads.rating_by_new_city.orphan_count IS '无办件数';
COMMENT ON COLUMN ads.rating_by_new_city.default_count IS '默认评价数';
COMMENT ON COLUMN ads.rating_by_new_city.duplicate_count IS '重复数';
COMMENT ON COLUMN ads.rating_by_new_city.satisfied_count IS '好评数 · levels 3 to 5';
COMMENT ON COLUMN ads.rating_by_new_city.negative_count IS '差评数 · levels 1 and 2';
COMMENT ON COLUMN ads.rating_by_new_city.satisfied_rate IS '满意率 · 好评 / 汇聚, 0–1';
COMMENT ON COLUMN ads.rating_by_new_city.finished_case_count IS '办结办件数';
COMMENT ON COLUMN ads.rating_by_new_city.rated_case_count IS '已评价办件数 · default ratings included';
COMMENT ON COLUMN ads.rating_by_new_city.actively_rated_case_count IS '主动评价办件数 · rated by a person';
COMMENT ON COLUMN ads.rating_by_new_city.rating_rate IS '办件评价率 · 已评价 / 办结, 0–1';
COMMENT ON COLUMN ads.rating_by_new_city.active_rating_rate IS '主动评价率 · 主动评价 / 办结, 0–1';
