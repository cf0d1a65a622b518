-- Grain: one live rating record. Written by sql/dwd/write/rating__judge.sql.
CREATE TABLE IF NOT EXISTS dwd.rating (
    source_id text NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    case_key text COLLATE "C" NOT NULL,
    case_no text,
    assess_number text,
    service_number text,
    verdict text NOT NULL CHECK (verdict IN ('accepted', 'quarantined', 'waiting', 'orphan', 'default', 'duplicate')),
    is_qualified boolean NOT NULL,
    is_countable boolean NOT NULL,
    failed_rules text[] NOT NULL,
    warned_rules text[] NOT NULL,
    rating_level smallint,
    is_negative boolean NOT NULL,
    was_negative boolean NOT NULL DEFAULT false,
    is_anonymous boolean NOT NULL,
    channel_code text,
    detail_codes text[],
    has_text boolean NOT NULL,
    item_code text,
    item_name text,
    department_code text,
    department_name text,
    new_city text,
    street text,
    station_code text NOT NULL,
    rated_at timestamptz,
    first_arrived_date date NOT NULL,
    completed_date date NOT NULL,
    delivery_id bigint NOT NULL,
    PRIMARY KEY (record_key, source_id)
);
CREATE INDEX IF NOT EXISTS rating_case ON dwd.rating (case_key);

COMMENT ON TABLE dwd.rating IS '评价 · one row per live rating record with its verdict';
COMMENT ON COLUMN dwd.rating.source_id IS '来源 · id in the register';
COMMENT ON COLUMN dwd.rating.record_key IS '记录键 · as in ods.rating';
COMMENT ON COLUMN dwd.rating.case_key IS '办件键 · as in ods.rating';
COMMENT ON COLUMN dwd.rating.case_no IS '办件编号 · NULL where the source left it empty';
COMMENT ON COLUMN dwd.rating.assess_number IS '评价次数 · 1 首次评价, 2 追加评价; NULL where it is neither';
COMMENT ON COLUMN dwd.rating.service_number IS '服务序号 · of the service record that is rated; NULL where the case itself stands for it';
COMMENT ON COLUMN dwd.rating.verdict IS '状态 · accepted 合格、quarantined 隔离、waiting 待办件合格、orphan 无办件、default 默认评价、duplicate 重复; each rating has one';
COMMENT ON COLUMN dwd.rating.is_qualified IS '是否合格 · accepted: its case is 合格 and neither it nor its service record has a critical finding';
COMMENT ON COLUMN dwd.rating.is_countable IS '是否计数 · neither a default rating nor a repeated one';
COMMENT ON COLUMN dwd.rating.failed_rules IS '未通过规则 · critical rules of the rating and its service record';
COMMENT ON COLUMN dwd.rating.warned_rules IS '提示规则 · warnings of the rating and its service record';
COMMENT ON COLUMN dwd.rating.rating_level IS '评价等级 · 5 非常满意 to 1 非常不满意; NULL where it cannot be read';
COMMENT ON COLUMN dwd.rating.is_negative IS '是否差评 · level 1 or 2';
COMMENT ON COLUMN dwd.rating.was_negative IS '是否曾为差评 · an earlier version of the record is of level 1 or 2';
COMMENT ON COLUMN dwd.rating.is_anonymous IS '是否匿名 · no name, number or phone of the rater';
COMMENT ON COLUMN dwd.rating.channel_code IS '评价渠道 · list rating_channel';
COMMENT ON COLUMN dwd.rating.detail_codes IS '评价详情 · list rating_detail';
COMMENT ON COLUMN dwd.rating.has_text IS '是否有文字评价';
COMMENT ON COLUMN dwd.rating.item_code IS '实施编码 · of the case; of the rating where there is no case';
COMMENT ON COLUMN dwd.rating.item_name IS '事项名称 · by the catalogue; NULL where it does not know the item';
COMMENT ON COLUMN dwd.rating.department_code IS '被评价部门编码 · unified social credit code; NULL where it is not one';
COMMENT ON COLUMN dwd.rating.department_name IS '被评价部门 · of the case';
COMMENT ON COLUMN dwd.rating.new_city IS '新城 · of the case; of the source where there is no case';
COMMENT ON COLUMN dwd.rating.street IS '街镇 · NULL at a centre';
COMMENT ON COLUMN dwd.rating.station_code IS '站点编码 · of the case; the source''s own where there is no case';
COMMENT ON COLUMN dwd.rating.rated_at IS '评价时间 · NULL where it cannot be read';
COMMENT ON COLUMN dwd.rating.first_arrived_date IS '到达日期 · day on which the rating was first delivered';
COMMENT ON COLUMN dwd.rating.completed_date IS '到齐日期 · day on which the last of the rating, its service record and its case was delivered';
COMMENT ON COLUMN dwd.rating.delivery_id IS '批次号 · delivery that brought the current rating';
