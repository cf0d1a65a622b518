-- Grain: one record whose RowGuid another record of the same feed and source, of another 办件编号, has as well. Written by
-- sql/ods/write/feed__decide.sql.j2; the inspection views say by the times of the records which of them is U01.
CREATE TABLE IF NOT EXISTS ods.shared_row_guid (
    feed text NOT NULL,
    source_id text NOT NULL,
    row_key text COLLATE "C" NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    case_key text COLLATE "C" NOT NULL,
    PRIMARY KEY (record_key, feed, source_id)
);
CREATE INDEX IF NOT EXISTS shared_row_guid_row ON ods.shared_row_guid (row_key);
CREATE INDEX IF NOT EXISTS shared_row_guid_case ON ods.shared_row_guid (case_key);

COMMENT ON TABLE ods.shared_row_guid IS '共用记录标识 · records of one feed and source that have one RowGuid and different 办件编号';
COMMENT ON COLUMN ods.shared_row_guid.feed IS '数据表 · feed of the contract';
COMMENT ON COLUMN ods.shared_row_guid.source_id IS '来源 · id in the register';
COMMENT ON COLUMN ods.shared_row_guid.row_key IS '记录唯一标识 · the RowGuid that they share';
COMMENT ON COLUMN ods.shared_row_guid.record_key IS '记录键 · as in ods';
COMMENT ON COLUMN ods.shared_row_guid.case_key IS '办件键 · as in ods';
