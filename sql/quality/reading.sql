-- Grain: one thing that verdicts follow from beside the delivered records, the rules and the catalogue, as the last inspection read it.
-- Written by sql/quality/write/reading__note.sql; what differs has cases judged again.
CREATE TABLE IF NOT EXISTS quality.reading (
    part text NOT NULL,
    key text NOT NULL,
    digest text NOT NULL,
    PRIMARY KEY (part, key)
);

COMMENT ON TABLE quality.reading IS '判定依据 · what inspection last read beside records, rules and catalogue';
COMMENT ON COLUMN quality.reading.part IS '类别 · statement 取数口径, calendar 日历, source 来源登记, source_codes 来源代码对照, station 站点登记, organisation 机构登记, code_list 代码表, setting 参数';
COMMENT ON COLUMN quality.reading.key IS '对象 · feed, source, station, organisation, code list or setting; empty for the calendar';
COMMENT ON COLUMN quality.reading.digest IS '摘要 · of what verdicts can follow from; names and contacts are left out';
