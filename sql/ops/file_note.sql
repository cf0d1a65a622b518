-- Grain: one thing in a station's files that is no record: a title, a total, a sheet or a file that was not read. It is in no
-- count of the ledger; it is written down so that nothing that was sent goes unmentioned.
CREATE TABLE IF NOT EXISTS ops.file_note (
    delivery_id bigint NOT NULL REFERENCES ops.delivery,
    place text NOT NULL,
    note_code text NOT NULL,
    PRIMARY KEY (delivery_id, place, note_code)
);

COMMENT ON TABLE ops.file_note IS '文件说明 · what a station file holds beside its records, and how it was decoded';
COMMENT ON COLUMN ops.file_note.delivery_id IS '批次号 · ops.delivery';
COMMENT ON COLUMN ops.file_note.place IS '位置 · file, sheet and row';
COMMENT ON COLUMN ops.file_note.note_code IS '说明代码 · see docs/files.md';
