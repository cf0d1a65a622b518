-- Grain: one live rating record, nothing personal.
DROP VIEW IF EXISTS ads.rating_masked CASCADE;
CREATE VIEW ads.rating_masked WITH (security_barrier) AS
SELECT
    rating.case_no,
    assess_number.name AS round,
    rating.verdict,
    rating.is_qualified,
    rating.failed_rules,
    rating.warned_rules,
    rating.rating_level,
    level.name AS satisfaction,
    rating.is_negative,
    rating.is_anonymous,
    channel.name AS channel,
    rating.detail_codes,
    rating.has_text,
    rating.item_code,
    rating.item_name,
    rating.department_name,
    rating.new_city,
    rating.street,
    station.name AS station,
    rating.rated_at,
    rating.first_arrived_date,
    rating.completed_date
FROM dwd.rating AS rating
LEFT JOIN dim.station_latest AS station ON rating.station_code = station.station_code
LEFT JOIN dim.code AS assess_number ON assess_number.list = 'assess_number' AND rating.assess_number = assess_number.code
LEFT JOIN dim.code AS level ON level.list = 'satisfaction' AND rating.rating_level::text = level.code
LEFT JOIN dim.code AS channel ON channel.list = 'rating_channel' AND rating.channel_code = channel.code;
COMMENT ON VIEW ads.rating_masked IS '评价（脱敏）· one row per delivered rating, codes in words';
COMMENT ON COLUMN ads.rating_masked.case_no IS '办件编号';
COMMENT ON COLUMN ads.rating_masked.round IS '评价次数 · 首次评价, 追加评价';
COMMENT ON COLUMN ads.rating_masked.verdict IS '状态 · accepted、quarantined、waiting、orphan、default、duplicate';
COMMENT ON COLUMN ads.rating_masked.is_qualified IS '是否合格';
COMMENT ON COLUMN ads.rating_masked.failed_rules IS '未通过规则';
COMMENT ON COLUMN ads.rating_masked.warned_rules IS '提示规则';
COMMENT ON COLUMN ads.rating_masked.rating_level IS '评价等级 · 5 best';
COMMENT ON COLUMN ads.rating_masked.satisfaction IS '满意度';
COMMENT ON COLUMN ads.rating_masked.is_negative IS '是否差评';
COMMENT ON COLUMN ads.rating_masked.is_anonymous IS '是否匿名';
COMMENT ON COLUMN ads.rating_masked.channel IS '评价渠道';
COMMENT ON COLUMN ads.rating_masked.detail_codes IS '评价详情 · list rating_detail';
COMMENT ON COLUMN ads.rating_masked.has_text IS '是否有文字评价';
COMMENT ON COLUMN ads.rating_masked.item_code IS '实施编码';
COMMENT ON COLUMN ads.rating_masked.item_name IS '事项名称';
COMMENT ON COLUMN ads.rating_masked.department_name IS '被评价部门';
COMMENT ON COLUMN ads.rating_masked.new_city IS '新城';
COMMENT ON COLUMN ads.rating_masked.street IS '街镇';
COMMENT ON COLUMN ads.rating_masked.station IS '站点';
COMMENT ON COLUMN ads.rating_masked.rated_at IS '评价时间';
COMMENT ON COLUMN ads.rating_masked.first_arrived_date IS '到达日期';
COMMENT ON COLUMN ads.rating_masked.completed_date IS '到齐日期';
