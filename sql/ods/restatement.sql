-- Grain: one version that its source has stated again since, unchanged, at a later time: a weekly sheet repeats every record. A record dated
-- in between that arrives late is then known to be an older one. Written by sql/ods/write/feed__decide.sql.j2.
CREATE TABLE IF NOT EXISTS ods.restatement (
    feed text NOT NULL,
    source_id text NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    version_no integer NOT NULL,
    synced_at timestamp NOT NULL,
    PRIMARY KEY (record_key, feed, source_id, version_no)
);

COMMENT ON TABLE ods.restatement IS '重述 · versions that their source has stated again, unchanged, at a later time';
COMMENT ON COLUMN ods.restatement.feed IS '数据表 · feed of the contract';
COMMENT ON COLUMN ods.restatement.source_id IS '来源 · id in the register';
COMMENT ON COLUMN ods.restatement.record_key IS '记录键 · as in ods';
COMMENT ON COLUMN ods.restatement.version_no IS '版本号 · as in ods';
COMMENT ON COLUMN ods.restatement.synced_at IS '最近重述时间 · the latest synced_at at which it was stated';
