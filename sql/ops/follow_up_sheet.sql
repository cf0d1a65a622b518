-- Grain: one sheet of outcomes, known by its bytes: it is taken once, under whatever name.
CREATE TABLE IF NOT EXISTS ops.follow_up_sheet (
    digest text PRIMARY KEY,
    name text NOT NULL,
    run_id text NOT NULL,
    refusal_code text,
    recorded_count integer NOT NULL,
    known_count integer NOT NULL,
    blank_count integer NOT NULL,
    refused_count integer NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now()
);

COMMENT ON TABLE ops.follow_up_sheet IS '差评处置表 · uploaded sheets of outcomes that have been taken';
COMMENT ON COLUMN ops.follow_up_sheet.digest IS '摘要 · SHA-256 of its bytes';
COMMENT ON COLUMN ops.follow_up_sheet.name IS '文件名';
COMMENT ON COLUMN ops.follow_up_sheet.run_id IS '运行 · Airflow run that took it';
COMMENT ON COLUMN ops.follow_up_sheet.refusal_code IS '拒收代码 · why the whole sheet was refused; NULL where it was not';
COMMENT ON COLUMN ops.follow_up_sheet.recorded_count IS '登记行数';
COMMENT ON COLUMN ops.follow_up_sheet.known_count IS '重复行数 · had been recorded before';
COMMENT ON COLUMN ops.follow_up_sheet.blank_count IS '未填行数 · without an outcome';
COMMENT ON COLUMN ops.follow_up_sheet.refused_count IS '拒收行数 · listed in the answer beside the sheet';
COMMENT ON COLUMN ops.follow_up_sheet.recorded_at IS '登记时间 · when this row was written';
