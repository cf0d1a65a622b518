-- Grain: one live accept record, personal data masked.
DROP VIEW IF EXISTS ads.case_masked CASCADE;
CREATE VIEW ads.case_masked WITH (security_barrier) AS
SELECT
    record.case_no,
    record.verdict,
    record.is_qualified,
    record.failed_rules,
    record.warned_rules,
    record.item_code,
    record.item_name,
    item_type.name AS item_type,
    case_type.name AS case_type,
    applicant_type.name AS applicant_type,
    record.applicant_masked,
    record.certificate_masked,
    record.mobile_masked,
    channel.name AS channel,
    record.department_name,
    record.new_city,
    record.street,
    station.name AS station,
    record.applied_at,
    record.accepted_at,
    record.promised_at,
    record.finished_at,
    result.name AS result,
    record.worked_workdays,
    record.step_count,
    record.first_arrived_date,
    record.completed_date
FROM dwd.case_record AS record
LEFT JOIN dim.station_latest AS station ON record.station_code = station.station_code
LEFT JOIN dim.code AS item_type ON item_type.list = 'task_type' AND record.item_type_code = item_type.code
LEFT JOIN dim.code AS case_type ON case_type.list = 'project_type' AND record.case_type_code = case_type.code
LEFT JOIN dim.code AS applicant_type ON applicant_type.list = 'applicant_type' AND record.applicant_type_code = applicant_type.code
LEFT JOIN dim.code AS channel ON channel.list = 'apply_type' AND record.channel_code = channel.code
LEFT JOIN dim.code AS result ON result.list = 'result' AND record.result_code = result.code;
COMMENT ON VIEW ads.case_masked IS '办件（脱敏）· one row per delivered case, codes in words';
COMMENT ON COLUMN ads.case_masked.case_no IS '办件编号';
COMMENT ON COLUMN ads.case_masked.verdict IS '状态 · accepted、quarantined、duplicate';
COMMENT ON COLUMN ads.case_masked.is_qualified IS '是否合格';
COMMENT ON COLUMN ads.case_masked.failed_rules IS '未通过规则';
COMMENT ON COLUMN ads.case_masked.warned_rules IS '提示规则';
COMMENT ON COLUMN ads.case_masked.item_code IS '实施编码';
COMMENT ON COLUMN ads.case_masked.item_name IS '事项名称';
COMMENT ON COLUMN ads.case_masked.item_type IS '事项类型';
COMMENT ON COLUMN ads.case_masked.case_type IS '办件类型';
COMMENT ON COLUMN ads.case_masked.applicant_type IS '申请人类型';
COMMENT ON COLUMN ads.case_masked.applicant_masked IS '申请人（脱敏）';
COMMENT ON COLUMN ads.case_masked.certificate_masked IS '证件号码（脱敏）';
COMMENT ON COLUMN ads.case_masked.mobile_masked IS '联系电话（脱敏）';
COMMENT ON COLUMN ads.case_masked.channel IS '申请方式';
COMMENT ON COLUMN ads.case_masked.department_name IS '受理部门';
COMMENT ON COLUMN ads.case_masked.new_city IS '新城';
COMMENT ON COLUMN ads.case_masked.street IS '街镇';
COMMENT ON COLUMN ads.case_masked.station IS '站点';
COMMENT ON COLUMN ads.case_masked.applied_at IS '申请时间';
COMMENT ON COLUMN ads.case_masked.accepted_at IS '受理时间';
COMMENT ON COLUMN ads.case_masked.promised_at IS '承诺办结时间';
COMMENT ON COLUMN ads.case_masked.finished_at IS '办结时间';
COMMENT ON COLUMN ads.case_masked.result IS '办结结果';
COMMENT ON COLUMN ads.case_masked.worked_workdays IS '办理用时 · working days';
COMMENT ON COLUMN ads.case_masked.step_count IS '环节数';
COMMENT ON COLUMN ads.case_masked.first_arrived_date IS '到达日期';
COMMENT ON COLUMN ads.case_masked.completed_date IS '到齐日期';
