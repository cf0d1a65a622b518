-- Grain: one owner with overdue bad ratings.
DROP VIEW IF EXISTS ads.follow_up_overdue CASCADE;
CREATE VIEW ads.follow_up_overdue AS
SELECT
    owner_name,
    contact,
    count(*) AS overdue_count,
    array_agg(coalesce(case_no, '#' || record_key) ORDER BY due_date, case_no, record_key) AS case_nos
FROM dwd.follow_up
WHERE due_mark = 'overdue'
GROUP BY owner_name, contact;

COMMENT ON VIEW ads.follow_up_overdue IS '差评超期 · who has let limits pass, as of the latest data date';
COMMENT ON COLUMN ads.follow_up_overdue.owner_name IS '责任单位 · department, else station, else source';
COMMENT ON COLUMN ads.follow_up_overdue.contact IS '联络员 · of the source';
COMMENT ON COLUMN ads.follow_up_overdue.overdue_count IS '超期数';
COMMENT ON COLUMN ads.follow_up_overdue.case_nos IS '办件编号 · longest overdue first; # and the record key where it is empty';
