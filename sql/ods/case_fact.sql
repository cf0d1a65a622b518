-- Grain: one case that was ever inspected, with the facts of its rows that rules about its other rows need, as they were at its
-- last inspection. They are gathered by sql/ods/write/case_fact__gather.sql; a changed rule is looked for among all cases by them.
-- They hold codes and times as delivered, whatever stood there, and so stay where delivered values may be.
CREATE TABLE IF NOT EXISTS ods.case_fact (
    case_key text COLLATE "C" PRIMARY KEY,
    accept_source_id text,
    accept_record_key text COLLATE "C",
    copy_sources text[],
    main_digest text,
    is_withdrawn boolean NOT NULL,
    first_arrived_at timestamp,
    item_code text,
    department_code text,
    accepted_at timestamp,
    promised_at timestamp,
    step_count integer NOT NULL,
    last_step_at timestamp,
    case_type text,
    first_step_time text,
    last_step_time text,
    last_step_end text,
    last_approval_start text,
    suspended_workdays integer,
    has_material boolean NOT NULL,
    last_part_at timestamp,
    first_step_no integer,
    last_step_no integer,
    numbered_steps integer,
    may_have_step_twice boolean NOT NULL,
    due_on date,
    shares_row_guid boolean NOT NULL DEFAULT false,
    sound_accepted_at timestamp
);

COMMENT ON TABLE ods.case_fact IS '办件事实 · what the rows of a case say of each other, as of its last inspection';
COMMENT ON COLUMN ods.case_fact.case_key IS '办件键 · as in ods';
COMMENT ON COLUMN ods.case_fact.accept_source_id IS '主受理来源 · source whose live accept row is the case (U02); NULL when none is live';
COMMENT ON COLUMN ods.case_fact.accept_record_key IS '主受理记录 · its record key';
COMMENT ON COLUMN ods.case_fact.copy_sources IS '重复来源 · other sources that hold a live accept row of the case';
COMMENT ON COLUMN ods.case_fact.main_digest IS '主受理内容摘要 · quality.case_digest of the main accept row; NULL where no other source holds the case';
COMMENT ON COLUMN ods.case_fact.is_withdrawn IS '是否撤回 · every accept row of the case has been withdrawn (D), its other rows go with it';
COMMENT ON COLUMN ods.case_fact.first_arrived_at IS '首次到达 · when the main accept row was first delivered';
COMMENT ON COLUMN ods.case_fact.item_code IS '实施编码 · of the main accept row';
COMMENT ON COLUMN ods.case_fact.department_code IS '受理部门编码 · of the main accept row';
COMMENT ON COLUMN ods.case_fact.accepted_at IS '受理时间 · of the main accept row; NULL when it cannot be read';
COMMENT ON COLUMN ods.case_fact.sound_accepted_at IS '可信受理时间 · the same, NULL where it is later than its delivery (T05), from which no rule measures';
COMMENT ON COLUMN ods.case_fact.promised_at IS '承诺办结时间 · of the main accept row; NULL when it cannot be read';
COMMENT ON COLUMN ods.case_fact.step_count IS '环节数 · live process rows';
COMMENT ON COLUMN ods.case_fact.last_step_at IS '环节最近到达 · when the last of them was delivered';
COMMENT ON COLUMN ods.case_fact.suspended_workdays IS '暂停工作日 · working days of its special procedures, each counted once; the due day moves by as many; NULL where the calendar does not have the days';
COMMENT ON COLUMN ods.case_fact.has_material IS '是否有材料 · a live material row';
COMMENT ON COLUMN ods.case_fact.last_part_at IS '特别程序、材料最近到达 · when the last of them was delivered';
COMMENT ON COLUMN ods.case_fact.case_type IS '办件类型 · of the main accept row; NULL where a sheet cannot carry it';
COMMENT ON COLUMN ods.case_fact.first_step_time IS '最早环节时间 · as written, of the case''s own steps';
COMMENT ON COLUMN ods.case_fact.last_step_time IS '最晚环节时间 · as written, of the case''s own steps';
COMMENT ON COLUMN ods.case_fact.last_step_end IS '最晚环节结束 · as written; a time later than its delivery (T05) left out';
COMMENT ON COLUMN ods.case_fact.last_approval_start IS '最晚通过环节开始 · as written, of steps with EventName 1; a time later than its delivery (T05) left out';
COMMENT ON COLUMN ods.case_fact.first_step_no IS '最小环节序号 · of the case''s own steps, where the source numbers them';
COMMENT ON COLUMN ods.case_fact.last_step_no IS '最大环节序号 · of the case''s own steps, where the source numbers them';
COMMENT ON COLUMN ods.case_fact.numbered_steps IS '有序号的环节数 · the case''s own steps that the source numbers';
COMMENT ON COLUMN ods.case_fact.may_have_step_twice IS '是否可能有重复序号 · two of the case''s own steps may have one number; spares inspection a look at every step';
COMMENT ON COLUMN ods.case_fact.shares_row_guid IS '是否共用记录标识 · a row of it has a RowGuid that a row of another case has; spares inspection a look at every row';
COMMENT ON COLUMN ods.case_fact.due_on IS '应办结日期 · the promise, on to a working day, and as many working days on as the case was suspended; NULL where one of them is unknown or the promise is before the acceptance (T06)';
