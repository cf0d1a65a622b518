-- Grain: one live accept record. Quarantine is a state: a release is an update. Personal data stands here masked only.
CREATE TABLE IF NOT EXISTS dwd.case_record (
    source_id text NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    case_key text COLLATE "C" NOT NULL,
    case_no text,
    verdict text NOT NULL CHECK (verdict IN ('accepted', 'quarantined', 'duplicate')),
    is_qualified boolean NOT NULL,
    is_countable boolean NOT NULL,
    failed_rules text[] NOT NULL,
    warned_rules text[] NOT NULL,
    duplicate_of text,
    item_code text,
    item_version text,
    item_name text,
    item_type_code text,
    case_type_code text,
    applicant_type_code text,
    applicant_masked text,
    certificate_type_code text,
    certificate_masked text,
    mobile_masked text,
    channel_code text,
    department_code text,
    department_name text,
    new_city text NOT NULL,
    street text,
    station_code text NOT NULL,
    applied_at timestamptz,
    accepted_at timestamptz,
    promised_at timestamptz,
    finished_at timestamptz,
    result_code text,
    worked_workdays integer,
    step_count integer NOT NULL,
    first_arrived_date date NOT NULL,
    completed_date date NOT NULL,
    delivery_id bigint NOT NULL,
    verdict_run_id text,
    PRIMARY KEY (record_key, source_id)
);
CREATE INDEX IF NOT EXISTS case_record_case ON dwd.case_record (case_key);

COMMENT ON TABLE dwd.case_record IS '办件 · one row per live accept record with its verdict';
COMMENT ON COLUMN dwd.case_record.source_id IS '来源 · id in the register';
COMMENT ON COLUMN dwd.case_record.record_key IS '记录键 · as in ods.accept';
COMMENT ON COLUMN dwd.case_record.case_key IS '办件键 · as in ods.accept';
COMMENT ON COLUMN dwd.case_record.case_no IS '办件编号 · NULL where the source left it empty';
COMMENT ON COLUMN dwd.case_record.verdict IS '状态 · accepted 合格入库、quarantined 隔离、duplicate 重复';
COMMENT ON COLUMN dwd.case_record.is_qualified IS '是否合格 · counts, is no copy, and no critical finding that is not waived on its accept row or any linked process or result row';
COMMENT ON COLUMN dwd.case_record.is_countable IS '是否计数 · not a copy and not void or deleted (作废、删除办结)';
COMMENT ON COLUMN dwd.case_record.failed_rules IS '未通过规则 · critical rules of the case and its linked rows';
COMMENT ON COLUMN dwd.case_record.warned_rules IS '提示规则 · warnings of the case and its linked rows, and critical rules that are waived';
COMMENT ON COLUMN dwd.case_record.duplicate_of IS '重复于 · source whose copy is the case (U02)';
COMMENT ON COLUMN dwd.case_record.item_code IS '实施编码 · NULL where it is not one';
COMMENT ON COLUMN dwd.case_record.item_version IS '事项版本 · NULL where the catalogue does not know it';
COMMENT ON COLUMN dwd.case_record.item_name IS '事项名称 · by the catalogue; NULL where it does not know the item';
COMMENT ON COLUMN dwd.case_record.item_type_code IS '事项类型 · list task_type, from the catalogue';
COMMENT ON COLUMN dwd.case_record.case_type_code IS '办件类型 · list project_type; NULL where it is not in it, as in every code here';
COMMENT ON COLUMN dwd.case_record.applicant_type_code IS '申请人类型 · list applicant_type';
COMMENT ON COLUMN dwd.case_record.applicant_masked IS '申请人（脱敏）· first character only';
COMMENT ON COLUMN dwd.case_record.certificate_type_code IS '证件类型 · list certificate_type';
COMMENT ON COLUMN dwd.case_record.certificate_masked IS '证件号码（脱敏）· first three and last two characters';
COMMENT ON COLUMN dwd.case_record.mobile_masked IS '联系电话（脱敏）· first three and last two characters';
COMMENT ON COLUMN dwd.case_record.channel_code IS '申请方式 · list apply_type';
COMMENT ON COLUMN dwd.case_record.department_code IS '受理部门编码 · unified social credit code; NULL where it is not one';
COMMENT ON COLUMN dwd.case_record.department_name IS '受理部门 · as delivered; NULL where it names a person of the case or holds a long number';
COMMENT ON COLUMN dwd.case_record.new_city IS '新城';
COMMENT ON COLUMN dwd.case_record.street IS '街镇 · NULL at a centre';
COMMENT ON COLUMN dwd.case_record.station_code IS '站点编码 · dim.station; the source''s own where the record has none or an unknown one';
COMMENT ON COLUMN dwd.case_record.applied_at IS '申请时间';
COMMENT ON COLUMN dwd.case_record.accepted_at IS '受理时间';
COMMENT ON COLUMN dwd.case_record.promised_at IS '承诺办结时间';
COMMENT ON COLUMN dwd.case_record.finished_at IS '办结时间 · NULL while the case is open';
COMMENT ON COLUMN dwd.case_record.result_code IS '办结结果 · list result';
COMMENT ON COLUMN dwd.case_record.worked_workdays IS '办理用时 · working days from accept day to finish day';
COMMENT ON COLUMN dwd.case_record.step_count IS '环节数 · live process rows; count';
COMMENT ON COLUMN dwd.case_record.first_arrived_date IS '到达日期 · day on which the case was first delivered';
COMMENT ON COLUMN dwd.case_record.completed_date IS '到齐日期 · day on which the last of its live rows was delivered';
COMMENT ON COLUMN dwd.case_record.delivery_id IS '批次号 · delivery that brought the current accept row';
COMMENT ON COLUMN dwd.case_record.verdict_run_id IS '结论运行 · the run since which verdict, is_qualified and failed_rules have stood; earlier ones are in dwd.verdict_history';
