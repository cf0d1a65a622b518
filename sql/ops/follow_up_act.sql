-- Grain: one thing that a person did about one bad rating. Only added to: a later act of a step corrects an earlier one, and what
-- had followed the corrected step is to be done again.
CREATE TABLE IF NOT EXISTS ops.follow_up_act (
    act_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    source_id text NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    case_no text,
    assess_number text,
    step text NOT NULL,
    outcome_code text NOT NULL,
    actor text NOT NULL CHECK (actor <> '' AND char_length(actor) <= 50 AND NOT quality.has_long_number(actor)),
    acted_at timestamp NOT NULL,
    note text NOT NULL CHECK (char_length(note) <= 200 AND NOT quality.has_long_number(note)),
    origin text NOT NULL,
    recorded_at timestamptz NOT NULL DEFAULT now(),
    step_no integer NOT NULL GENERATED ALWAYS AS (
        array_position('{callback,decide,rectify,reply,review,account}'::text[], step)
    ) STORED,
    back_to_no integer NOT NULL GENERATED ALWAYS AS (
        CASE outcome_code
            WHEN 'returned' THEN 2
            ELSE array_position('{callback,decide,rectify,reply,review,account}'::text[], step)
        END
    ) STORED,
    UNIQUE (record_key, source_id, step, outcome_code, actor, acted_at, note)
);

COMMENT ON TABLE ops.follow_up_act IS '差评处置记录 · what people did about bad ratings, only added to';
COMMENT ON COLUMN ops.follow_up_act.act_id IS '序号 · order of recording, which is the order that counts';
COMMENT ON COLUMN ops.follow_up_act.source_id IS '来源 · id in the register';
COMMENT ON COLUMN ops.follow_up_act.record_key IS '评价记录键 · as in ods.rating';
COMMENT ON COLUMN ops.follow_up_act.case_no IS '办件编号 · as it was when the act was recorded';
COMMENT ON COLUMN ops.follow_up_act.assess_number IS '评价次数 · as it was when the act was recorded';
COMMENT ON COLUMN ops.follow_up_act.step IS '步骤 · list follow_up_step';
COMMENT ON COLUMN ops.follow_up_act.outcome_code IS '结果 · list follow_up_outcome';
COMMENT ON COLUMN ops.follow_up_act.actor IS '经办人 · who answered in Airflow, or as written in the sheet';
COMMENT ON COLUMN ops.follow_up_act.acted_at IS '办理时间 · when it was done; Shanghai time';
COMMENT ON COLUMN ops.follow_up_act.note IS '说明 · short, without personal data; empty where there is none';
COMMENT ON COLUMN ops.follow_up_act.origin IS '出处 · Airflow run, or file, sheet and row';
COMMENT ON COLUMN ops.follow_up_act.recorded_at IS '登记时间 · when this row was written';
COMMENT ON COLUMN ops.follow_up_act.step_no IS '步骤序号';
COMMENT ON COLUMN ops.follow_up_act.back_to_no IS '回到的步骤序号 · earlier acts from this step on no longer count';
