-- Question: may this act be recorded, and if so, record it. Rows of a sheet are asked one by one, because each decides what the
-- next one may be. Parameters: source_id and record_key of the rating, NULL where there is none; step and outcome by code or
-- Chinese name; actor, acted_at as text, note, origin; asked_step, the step that was open when a person was asked in Airflow,
-- else NULL. Gives one row: answer (RECORDED, KNOWN or a refusal code), open_step, the name of what was to be done before.
WITH named AS (
    SELECT
        follow_up.*,
        outcome.canonical AS step,
        outcome.code AS outcome_code,
        btrim(coalesce(%(actor)s, ''), E' \t\n\r\u00a0\u3000') AS actor,
        btrim(coalesce(%(note)s, ''), E' \t\n\r\u00a0\u3000') AS note,
        quality.parse_time(%(acted_at)s, true) AS acted_at,
        step.code AS named_step
    FROM (SELECT 1) AS always
    LEFT JOIN dwd.follow_up_progress AS follow_up
        ON
            follow_up.state NOT IN ('withdrawn', 'corrected')
            AND follow_up.record_key = %(record_key)s
            AND follow_up.source_id = %(source_id)s
    LEFT JOIN dim.code AS step ON step.list = 'follow_up_step' AND %(step)s IN (step.code, step.name)
    LEFT JOIN dim.code AS outcome
        ON outcome.list = 'follow_up_outcome' AND %(outcome)s IN (outcome.code, outcome.name) AND step.code = outcome.canonical
),

judged AS (
    SELECT
        named.*,
        CASE
            WHEN record_key IS NULL THEN 'UNKNOWN_RATING'
            WHEN named_step IS NULL THEN 'STEP'
            WHEN outcome_code IS NULL THEN 'OUTCOME'
            WHEN actor = '' OR char_length(actor) > 50 OR quality.has_long_number(actor) THEN 'ACTOR'
            WHEN NOT quality.is_clean_text(note, 200, false) OR quality.has_long_number(note) THEN 'NOTE'
            -- the clocks of two machines may differ a little
            WHEN acted_at IS NULL OR acted_at::date < rated_date THEN 'TIME'
            WHEN acted_at > now() AT TIME ZONE 'Asia/Shanghai' + interval '5 minutes' THEN 'TIME'
            WHEN EXISTS (
                SELECT 1 FROM ops.follow_up_act AS act
                WHERE
                    act.record_key = named.record_key AND act.source_id = named.source_id
                    AND act.outcome_code = named.outcome_code AND act.actor = named.actor
                    AND act.acted_at = named.acted_at AND act.note = named.note
            ) THEN 'KNOWN'
            WHEN %(asked_step)s <> state THEN 'OVERTAKEN'
            -- a step that is done may be corrected; who rated anonymously may all the same have been reached
            WHEN step NOT IN (state, CASE state WHEN 'decide' THEN 'callback' ELSE state END) AND step <> all(done_steps) THEN 'ORDER'
            WHEN acted_at::date < last_date AND step <> all(done_steps) THEN 'TIME'
            ELSE 'RECORDED'
        END AS answer
    FROM named
),

added AS (
    INSERT INTO ops.follow_up_act (source_id, record_key, case_no, assess_number, step, outcome_code, actor, acted_at, note, origin)
    SELECT
        source_id,
        record_key,
        case_no,
        assess_number,
        step,
        outcome_code,
        actor,
        acted_at,
        note,
        %(origin)s
    FROM judged
    WHERE answer = 'RECORDED'
)

SELECT
    judged.answer,
    step.name AS open_step
FROM judged
LEFT JOIN dim.code AS step ON step.list = 'follow_up_step' AND judged.state = step.code;
