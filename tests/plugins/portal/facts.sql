-- A small warehouse with one of each thing the portal shows. Keys, labels and reasons come from outside: some are hostile.
-- Parameters: run_id (of the run that Airflow knows). The register and the rules are in place already.
UPDATE ops.setting SET value = 5 WHERE name = 'case_target';

INSERT INTO ops.run (run_id, data_date, started_at, closed_at, total_count, qualified_count, unexplained_count, unverified_sources) VALUES
('too_early', '2021-11-16', '2021-11-17 02:00+08', NULL, NULL, NULL, NULL, NULL),
('first', '2021-11-17', '2021-11-18 02:00+08', '2021-11-18 02:05+08', 3, 2, 0, '{}'),
(%(run_id)s, '2021-11-18', '2021-11-19 02:00+08', '2021-11-19 02:05+08', 5, 4, 0, '{mawang_station,jinggan_station}'),
('nothing_new', '2021-11-19', '2021-11-20 02:00+08', '2021-11-20 02:01+08', 5, 4, 0, '{mawang_station,jinggan_station}');

INSERT INTO ops.source_state (source_id, state, reason_code, reason, run_id)
SELECT source_id, 'balanced', NULL, NULL, 'nothing_new' FROM dim.source WHERE source_id NOT IN ('mawang_station', 'jinggan_station');
INSERT INTO ops.source_state (source_id, state, reason_code, reason, run_id)
VALUES ('mawang_station', 'unverified', 'TRUNCATED', '声明 120 条，收到 98 条<script>alert("reason")</script>', 'nothing_new');

INSERT INTO ops.delivery (source_id, protocol, label, digest, received_at, landing_path, state, reason_code, reason, run_id)
VALUES
('konggang_centre', 'http', '2021-11-18', 'a', '2021-11-19 02:00', 'x', 'loaded', NULL, NULL, %(run_id)s),
('fengdong_centre', 'http', '<img src=x onerror=alert("label")>', 'b', '2021-11-19 02:01', 'x', 'loaded', NULL, NULL, %(run_id)s),
('mawang_station', 'files', '2021-W45', 'c', '2021-11-15 09:00', 'x', 'loaded', NULL, NULL, 'first'),
('mawang_station', 'files', '2021-W46', 'd', '2021-11-18 09:00', 'x', 'refused', 'TRUNCATED', '清单声明 120 条，文件里只有 98 条', %(run_id)s);

INSERT INTO ops.ledger (delivery_id, feed, declared, received, overlap, unparsable, replayed, versions)
SELECT delivery_id, 'accept', 1210, 1210, 0, 205, 1005, 0 FROM ops.delivery WHERE label = '2021-W45';
INSERT INTO ops.unparsable (delivery_id, feed, place, reason_code)
SELECT delivery_id, 'accept', '办件.csv 第 ' || lpad(line::text, 3, '0') || ' 行', 'COLUMNS'
FROM ops.delivery CROSS JOIN generate_series(1, 205) AS line
WHERE label = '2021-W45';

INSERT INTO dwd.case_record (
    source_id, record_key, case_key, case_no, verdict, is_qualified, is_countable, failed_rules, warned_rules, duplicate_of,
    applicant_masked, new_city, station_code, step_count, first_arrived_date, completed_date, delivery_id
)
SELECT
    given.source_id, given.record_key, given.case_key, given.case_key, given.verdict, given.verdict = 'accepted', given.verdict <> 'duplicate',
    given.failed::text[], given.warned::text[], given.duplicate_of, '王**', given.new_city, given.new_city, 1, given.arrived::date, given.arrived::date,
    delivery.delivery_id
FROM (VALUES
    ('konggang_centre', 'K1', 'CASE-1', 'accepted', '{}', '{T08}', NULL, '空港', '2021-11-16'),
    ('konggang_centre', 'K2', 'CASE-2', 'accepted', '{}', '{}', NULL, '空港', '2021-11-17'),
    ('konggang_centre', 'K3', 'CASE-3', 'accepted', '{}', '{}', NULL, '空港', '2021-11-18'),
    ('fengdong_centre', 'F1', '=HYPERLINK("http://192.0.2.1/")', 'accepted', '{}', '{}', NULL, '沣东', '2021-11-17'),
    (
        'fengdong_centre', '<img src=x onerror=alert("key")>', '<script>alert("case")</script>', 'quarantined', '{V05}', '{}',
        NULL, '沣东', '2021-11-18'
    ),
    ('fengdong_centre', 'F3', 'CASE-1', 'duplicate', '{}', '{}', 'konggang_centre', '沣东', '2021-11-18')
) AS given (source_id, record_key, case_key, verdict, failed, warned, duplicate_of, new_city, arrived)
INNER JOIN ops.delivery AS delivery ON given.source_id = delivery.source_id;

INSERT INTO dwd.rating (
    source_id, record_key, case_key, case_no, assess_number, verdict, is_qualified, is_countable, failed_rules, warned_rules,
    rating_level, is_negative, is_anonymous, channel_code, has_text, new_city, station_code, first_arrived_date, completed_date, delivery_id
)
SELECT
    given.source_id, given.record_key, given.case_key, given.case_key, '1', given.verdict, given.verdict = 'accepted',
    given.verdict <> 'default', given.failed::text[], '{}', given.level, given.level < 3, false, '4', false, given.new_city, given.new_city,
    '2021-11-17', '2021-11-18', delivery.delivery_id
FROM (VALUES
    ('konggang_centre', 'R1', 'CASE-1', 'accepted', '{}', 5, '空港'),
    ('konggang_centre', 'R2', 'CASE-2', 'default', '{A01}', 5, '空港'),
    ('fengdong_centre', '<img src=x onerror=alert("rating")>', '<script>alert("case")</script>', 'quarantined', '{V12}', 5, '沣东'),
    ('fengdong_centre', 'R4', 'CASE-8', 'orphan', '{R05}', 1, '沣东')
) AS given (source_id, record_key, case_key, verdict, failed, level, new_city)
INNER JOIN ops.delivery AS delivery ON given.source_id = delivery.source_id;

INSERT INTO quality.finding (feed, source_id, record_key, rule_id, column_name, severity, case_key, delivery_id, run_id, found_at)
SELECT
    given.feed, given.source_id, given.record_key, given.rule_id, given.column_name, given.severity, given.case_key,
    delivery.delivery_id, %(run_id)s, '2021-11-19 02:03+08'
FROM (
    VALUES
    (
        'accept', 'fengdong_centre', '<img src=x onerror=alert("key")>', 'V05', 'applyer_page_code', 'critical',
        '<script>alert("case")</script>'
    ),
    ('accept', 'fengdong_centre', 'F3', 'U02', 'project_no', 'duplicate', 'CASE-1'),
    ('result', 'konggang_centre', 'R1', 'T08', 'result_date', 'warning', 'CASE-1'),
    ('accept', 'konggang_centre', 'K9', 'X99', 'nowhere', 'critical', 'CASE-9')
    UNION ALL
    SELECT 'process', 'konggang_centre', 'P' || lpad(number::text, 4, '0'), 'C02', 'process_name', 'critical', 'CASE-3'
    FROM generate_series(1, 405) AS number
) AS given (feed, source_id, record_key, rule_id, column_name, severity, case_key)
INNER JOIN ops.delivery AS delivery ON given.source_id = delivery.source_id;

INSERT INTO quality.run_check (run_id, feed, rule_id, column_name, severity, source_id, checked_count, failed_count) VALUES
('first', 'accept', 'V05', 'applyer_page_code', 'critical', 'konggang_centre', 3, 0),
(%(run_id)s, 'accept', 'V05', 'applyer_page_code', 'critical', 'konggang_centre', 3000, 1),
(%(run_id)s, 'accept', 'V05', 'applyer_page_code', 'critical', 'fengdong_centre', 1000, 9),
(%(run_id)s, 'accept', 'V05', 'applyer_page_code', 'critical', 'mawang_station', 96000, 0),
(%(run_id)s, 'accept', 'C06', 'promise_date', 'critical', 'konggang_centre', 3000, 0),
(%(run_id)s, 'result', 'T08', 'result_date', 'warning', 'konggang_centre', 2000, 1);

UPDATE ops.run SET rule_set = '0123456789ab' WHERE run_id = %(run_id)s;
UPDATE quality.finding SET is_waived = true WHERE rule_id = 'V05';
INSERT INTO quality.rejudgement (run_id, acted_at, reason, feed, rule_id, case_count) VALUES
('first', '2021-11-18 02:03+08', 'rule_added', 'accept', 'V05', 12),
(%(run_id)s, '2021-11-19 02:03+08', 'waiver_began', NULL, 'V05', 1234),
(%(run_id)s, '2021-11-19 02:01+08', 'catalogue_changed', NULL, NULL, 56);

INSERT INTO quality.finding (feed, source_id, record_key, rule_id, column_name, severity, case_key, delivery_id, run_id)
SELECT 'item', source_id, record_key, 'I11', 'by_law', 'warning', case_key, delivery_id, 'first' FROM ods.item WHERE record_key = 'i3';
