-- Grain: one pattern over several cases, or over the versions of one, that people should look at: what one row alone does not show. It is a view over the current
-- state, so that it does not matter which case came first, and a correction takes the pattern away. Cases whose applicant or time of
-- acceptance has a finding of its own are left out of K10 and U07, copies (U02) of U07 too. Names and numbers are compared here and go no further.
DROP VIEW IF EXISTS ads.case_suspicion CASCADE;
CREATE VIEW ads.case_suspicion WITH (security_barrier) AS
WITH stated AS (
    SELECT
        record.source_id,
        record.case_no,
        record.item_code,
        record.accepted_at AT TIME ZONE 'Asia/Shanghai' AS accepted_at,
        char_length(accept.accept_date) > 10 AS has_time,
        CASE WHEN accept.applyer_page_type = '111' THEN 'PERSON' ELSE certificate.canonical END AS kind,
        upper(accept.applyer_page_code) AS number,
        accept.applyer_name AS name,
        record.verdict = 'duplicate' AS is_copy
    FROM dwd.case_record AS record
    INNER JOIN ods.accept AS accept
        ON record.record_key = accept.record_key AND record.source_id = accept.source_id AND accept.is_current
    LEFT JOIN dim.code AS certificate ON certificate.list = 'certificate_type' AND accept.applyer_page_type = certificate.code
    WHERE
        record.case_no IS NOT NULL AND record.accepted_at IS NOT NULL
        AND (accept.applyer_page_type = '111' OR certificate.canonical = 'USCC')
        AND NOT EXISTS (
            SELECT
            FROM quality.finding AS finding
            WHERE
                finding.feed = 'accept' AND finding.source_id = record.source_id AND finding.record_key = record.record_key
                AND (
                    finding.column_name IN ('applyer_name', 'applyer_page_type', 'applyer_page_code')
                    OR (finding.column_name = 'accept_date' AND finding.severity = 'critical')
                )
        )
),

renamed AS (
    -- one row per case whose record named another applicant, by name and number, in an earlier version
    SELECT DISTINCT
        record.source_id,
        record.case_no,
        coalesce(record.accepted_at AT TIME ZONE 'Asia/Shanghai', accept.synced_at)::date AS accepted_date
    FROM ods.accept AS earlier
    INNER JOIN ods.accept AS accept
        ON
            earlier.record_key = accept.record_key AND earlier.source_id = accept.source_id AND earlier.case_key = accept.case_key
            AND earlier.applyer_name <> accept.applyer_name AND earlier.applyer_page_code <> accept.applyer_page_code
    INNER JOIN dwd.case_record AS record ON accept.record_key = record.record_key AND accept.source_id = record.source_id
    WHERE
        NOT earlier.is_current AND accept.is_current AND record.case_no IS NOT NULL
        AND quality.spelling(quality.filled(earlier.applyer_name)) <> quality.spelling(quality.filled(accept.applyer_name))
        AND quality.spelling(quality.filled(earlier.applyer_page_code)) <> quality.spelling(quality.filled(accept.applyer_page_code))
),

rush AS (
    -- one row per station with at least three earlier weeks: its last seven days up to the latest data date, beside the
    -- eight weeks before them
    SELECT
        record.station_code,
        run.data_date,
        count(*) FILTER (WHERE record.day > run.data_date - 7) AS case_count,
        count(*) FILTER (WHERE record.day <= run.data_date - 7) * 7.0 / (run.data_date - 6 - min(record.day)) AS weekly_count,
        array_agg(DISTINCT record.source_id ORDER BY record.source_id) FILTER (WHERE record.day > run.data_date - 7) AS source_ids,
        min(record.case_no) FILTER (WHERE record.day > run.data_date - 7) AS example_case_no
    FROM ops.latest_data_date AS run
    INNER JOIN (
        SELECT
            station_code,
            source_id,
            case_no,
            (accepted_at AT TIME ZONE 'Asia/Shanghai')::date AS day
        FROM dwd.case_record
        WHERE is_countable
    ) AS record ON record.day BETWEEN run.data_date - 62 AND run.data_date
    GROUP BY record.station_code, run.data_date
    HAVING min(record.day) <= run.data_date - 27
)

SELECT
    'K10' AS rule_id,
    CASE kind
        WHEN 'PERSON' THEN '同一受理日内，一个身份证号码对应几个姓名'
        ELSE '同一受理日内，一个统一社会信用代码对应几个名称'
    END AS description,
    accepted_at::date AS accepted_date,
    count(DISTINCT case_no) AS case_count,
    array_agg(DISTINCT source_id ORDER BY source_id) AS source_ids,
    (array_agg(DISTINCT case_no ORDER BY case_no))[:10] AS example_case_nos
FROM stated
GROUP BY kind, number, accepted_at::date
HAVING
    min(name) <> max(name)
    AND (SELECT count(DISTINCT quality.spelling(spelt.name)) FROM unnest(array_agg(DISTINCT stated.name)) AS spelt (name)) > 1
UNION ALL
SELECT
    'U07' AS rule_id,
    '同一申请人、同一事项、同一分钟受理，在两个来源有不同的办件编号' AS description,
    date_trunc('minute', accepted_at)::date AS accepted_date,
    count(*) AS case_count,
    array_agg(DISTINCT source_id ORDER BY source_id) AS source_ids,
    (array_agg(case_no ORDER BY case_no))[:10] AS example_case_nos
FROM stated
WHERE has_time AND item_code IS NOT NULL AND NOT is_copy
GROUP BY kind, number, item_code, date_trunc('minute', accepted_at)
HAVING min(source_id) <> max(source_id)
UNION ALL
SELECT
    'A09' AS rule_id,
    '同一记录改报成了另一申请人、另一证件号码（前后两个版本都保留）' AS description,
    accepted_date,
    1 AS case_count,
    ARRAY[source_id] AS source_ids,
    ARRAY[case_no] AS example_case_nos
FROM renamed
UNION ALL
SELECT
    'A08' AS rule_id,
    '站点 ' || rush.station_code || ' 最近 7 天受理 ' || rush.case_count || ' 件，此前平均每周 ' || round(rush.weekly_count, 1)
    || ' 件（临近期限成批补录的特征）' AS description,
    rush.data_date AS accepted_date,
    rush.case_count,
    rush.source_ids,
    ARRAY[rush.example_case_no] AS example_case_nos
FROM rush
CROSS JOIN ops.setting AS times
CROSS JOIN ops.setting AS least
WHERE
    times.name = 'suspicion_rush_times' AND rush.case_count >= times.value * rush.weekly_count
    AND least.name = 'suspicion_rush_cases' AND rush.case_count >= least.value;

COMMENT ON VIEW ads.case_suspicion IS '办件疑点 · patterns over several cases or the versions of one, for people to look at; nothing is blocked by them';
COMMENT ON COLUMN ads.case_suspicion.rule_id IS '规则编号 · K10 同号不同名, U07 一事两录, A08 站点突增, A09 改换申请人';
COMMENT ON COLUMN ads.case_suspicion.description IS '规则内容';
COMMENT ON COLUMN ads.case_suspicion.accepted_date IS '受理日期 · for a station''s rush (A08) the data date, the last of the seven days; for A09 the day of delivery where none can be read';
COMMENT ON COLUMN ads.case_suspicion.case_count IS '办件数';
COMMENT ON COLUMN ads.case_suspicion.source_ids IS '来源 · ids in the register';
COMMENT ON COLUMN ads.case_suspicion.example_case_nos IS '办件编号举例 · at most ten';
