-- Question: which of these acts may be recorded? Records those. An act decides what the next one about the same rating may be, so
-- no two of them are about one rating. Parameter: acts, a JSON list of objects: place, a number that comes back; source_id and
-- record_key of the rating, null where there is none; step and outcome by code or Chinese name; actor, acted_at as text, note,
-- origin; asked_step, the step that was open when a person was asked in Airflow, else null. Gives one row for each: place, answer
-- (RECORDED, KNOWN or a refusal code), open_step, the name of what was to be done before.
WITH named AS (
    SELECT
        follow_up.*,
        given.place,
        given.origin,
        given.asked_step,
        outcome.canonical AS step,
        outcome.code AS outcome_code,
        btrim(coalesce(given.actor, ''), E' \t\n\r\u00a0\u3000') AS actor,
        btrim(coalesce(given.note, ''), E' \t\n\r\u00a0\u3000') AS note,
        quality.parse_time(given.acted_at, true) AS acted_at,
        step.code AS named_step
    FROM jsonb_to_recordset(%(acts)s::jsonb) AS given (
        place integer, source_id text, record_key text, step text, outcome text, actor text, acted_at text, note text, origin text,
        asked_step text
    )
    LEFT JOIN LATERAL (
        SELECT progress.* FROM dwd.follow_up_progress AS progress
        WHERE
            progress.state NOT IN ('withdrawn', 'corrected')
            AND progress.record_key = given.record_key
            AND progress.source_id = given.source_id
        -- Looks each rating up by its key; a plain join works out the progress of all of them.
        ORDER BY progress.record_key
        LIMIT 1
    ) AS follow_up ON true
    LEFT JOIN dim.code AS step ON step.list = 'follow_up_step' AND given.step IN (step.code, step.name)
    LEFT JOIN dim.code AS outcome
        ON outcome.list = 'follow_up_outcome' AND given.outcome IN (outcome.code, outcome.name) AND step.code = outcome.canonical
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
            WHEN acted_at > quality.latest_at(now() AT TIME ZONE 'Asia/Shanghai') THEN 'TIME'
            WHEN EXISTS (
                SELECT 1 FROM ops.follow_up_act AS act
                WHERE
                    act.record_key = named.record_key AND act.source_id = named.source_id
                    AND act.outcome_code = named.outcome_code AND act.actor = named.actor
                    AND act.acted_at = named.acted_at AND act.note = named.note
            ) THEN 'KNOWN'
            WHEN asked_step <> state THEN 'OVERTAKEN'
            -- a step that is done may be corrected; who rated anonymously may all the same have been reached
            WHEN step NOT IN (next_step, CASE next_step WHEN 'decide' THEN 'callback' ELSE next_step END) AND step <> all(done_steps)
                THEN 'ORDER'
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
        origin
    FROM judged
    WHERE answer = 'RECORDED'
)

SELECT
    judged.place,
    judged.answer,
    step.name AS open_step
FROM judged
LEFT JOIN dim.code AS step ON step.list = 'follow_up_step' AND judged.state = step.code;
