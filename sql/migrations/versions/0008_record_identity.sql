-- What a record is, is RowGuid and 办件编号, compared without characters that are nothing and blanks at their ends; a person's number as
-- 办件编号 stands in ods.<feed>.project_no and nowhere else, a stand-in (include/govservice/contract/personal_numbers.py) in its place. Of several
-- versions of one moment their content decides. The digest leaves out empty cells at the end, and has unknown columns in the order of names.
CREATE TABLE ods.shared_row_guid (
    feed text NOT NULL,
    source_id text NOT NULL,
    row_key text COLLATE "C" NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    case_key text COLLATE "C" NOT NULL,
    PRIMARY KEY (record_key, feed, source_id)
);
CREATE INDEX shared_row_guid_row ON ods.shared_row_guid (row_key);
CREATE INDEX shared_row_guid_case ON ods.shared_row_guid (case_key);

CREATE FUNCTION pg_temp.plain(key text) RETURNS text LANGUAGE sql IMMUTABLE
RETURN CASE
    WHEN key ~ '[^!-~]' THEN btrim(regexp_replace(key, E'[\u0001-\u001f\u007f-\u00a0\u00ad\u0600-\u0605\u061c\u06dd\u070f\u0890\u0891\u08e2\u1680\u180e\u2000-\u200f\u2028-\u202f\u205f-\u206f\u2400\u3000\ufdd0-\ufdef\ufeff\ufff0-\ufffb\ufffe\uffff\U000e0000-\U000e00ff]', '', 'g'), ' ')
    ELSE key
END;

CREATE FUNCTION pg_temp.case_key(key text) RETURNS text LANGUAGE sql STABLE
RETURN CASE
    WHEN
        pg_temp.plain(key) ~ '^1[3-9][0-9]{9}$'
        OR CASE
            WHEN pg_temp.plain(key) ~ '^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)[0-9]{4}[3-9][0-9]{8}$'
                THEN pg_input_is_valid('19' || substr(pg_temp.plain(key), 7, 6), 'date')
            WHEN pg_temp.plain(key) ~ '^(1[1-5]|2[1-3]|3[1-7]|4[1-6]|5[0-4]|6[1-5]|71|8[1-3]|91)[0-9]{4}(19|20)[0-9]{9}[0-9Xx]$'
                THEN
                    pg_input_is_valid(substr(pg_temp.plain(key), 7, 8), 'date')
                    AND (substr(pg_temp.plain(key), 7, 8) < '20100101' OR quality.is_id_number(pg_temp.plain(key), NULL))
        END
        THEN
            left(pg_temp.plain(key), 3) || '****' || right(pg_temp.plain(key), 2) || '-' || left(md5(upper(pg_temp.plain(key))), 4)
    ELSE pg_temp.plain(key)
END;

-- of a record: its RowGuid, or RowGuid~办件编号
CREATE FUNCTION pg_temp.record_key(key text) RETURNS text LANGUAGE sql STABLE
RETURN CASE
    WHEN strpos(key, '~') > 0
        THEN pg_temp.plain(split_part(key, '~', 1)) || '~' || pg_temp.case_key(substr(key, strpos(key, '~') + 1))
    ELSE pg_temp.plain(key)
END;

CREATE TEMPORARY TABLE moved_version (
    feed text, source_id text, old_key text COLLATE "C", old_no integer, record_key text COLLATE "C", version_no integer
) ON COMMIT DROP;
CREATE TEMPORARY TABLE renamed_key (old_key text COLLATE "C" PRIMARY KEY, new_key text NOT NULL) ON COMMIT DROP;
DO $migration$
DECLARE
    feed_name text;
    cells text;
    place record;
BEGIN
    FOR feed_name IN SELECT relname FROM pg_class WHERE oid IN (
        SELECT attrelid FROM pg_attribute WHERE attname = 'digest' AND NOT attisdropped
    ) AND relnamespace = 'ods'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format($q$
            INSERT INTO moved_version (feed, source_id, old_key, old_no, record_key, version_no)
            SELECT
                %1$L, odd.source_id, odd.record_key, odd.version_no, odd.new_key,
                coalesce((
                    SELECT max(held.version_no) FROM ods.%1$I AS held WHERE held.record_key = odd.new_key AND held.source_id = odd.source_id
                ), 0) + row_number() OVER (PARTITION BY odd.new_key, odd.source_id ORDER BY odd.synced_at, odd.record_key, odd.version_no)
            FROM (SELECT version.*, pg_temp.record_key(version.record_key) AS new_key FROM ods.%1$I AS version) AS odd
            WHERE odd.new_key <> '' AND odd.new_key <> odd.record_key
        $q$, feed_name);
        EXECUTE format($q$
            UPDATE ods.%1$I AS version SET record_key = moved.record_key, version_no = moved.version_no
            FROM moved_version AS moved
            WHERE
                moved.feed = %1$L AND version.source_id = moved.source_id
                AND version.record_key = moved.old_key AND version.version_no = moved.old_no
        $q$, feed_name);
        EXECUTE format($q$
            WITH renamed AS (
                UPDATE ods.%1$I SET case_key = coalesce(nullif(pg_temp.case_key(case_key), ''), '#' || record_key)
                WHERE case_key <> coalesce(nullif(pg_temp.case_key(case_key), ''), '#' || record_key)
                RETURNING case_key
            )
            INSERT INTO quality.pending_case (case_key) SELECT DISTINCT case_key FROM renamed
        $q$, feed_name);
        UPDATE ods.restatement AS restated SET record_key = moved.record_key, version_no = moved.version_no
        FROM moved_version AS moved
        WHERE
            restated.feed = moved.feed AND restated.source_id = moved.source_id
            AND restated.record_key = moved.old_key AND restated.version_no = moved.old_no AND moved.feed = feed_name;
        EXECUTE format($q$
            INSERT INTO ods.shared_row_guid (feed, source_id, row_key, record_key, case_key)
            SELECT DISTINCT %1$L, sharer.source_id, pg_temp.plain(clash.row_guid), sharer.record_key, sharer.case_key
            FROM ods.%1$I AS clash
            INNER JOIN ods.%1$I AS sharer
                ON clash.source_id = sharer.source_id AND sharer.record_key IN (clash.record_key, pg_temp.plain(clash.row_guid))
            WHERE
                strpos(clash.record_key, '~') > 0 AND clash.record_key <> pg_temp.plain(clash.row_guid)
                AND left(sharer.case_key, 1) <> '#' AND sharer.is_current
        $q$, feed_name);
        SELECT string_agg(format($c$replace(replace(replace(replace(coalesce(%I, ''), '\', '\\'), E'\t', '\t'), E'\n', '\n'), E'\r', '\r')$c$, attname), ', ' ORDER BY attnum)
        INTO cells
        FROM pg_attribute
        WHERE
            attrelid = format('ods.%I', feed_name)::regclass AND NOT attisdropped
            AND attnum > (SELECT attnum FROM pg_attribute WHERE attrelid = format('ods.%I', feed_name)::regclass AND attname = 'is_odd')
            AND attname NOT IN ('cd_operation', 'cd_time', 'cd_batch', 'extra');
        EXECUTE format($q$
            UPDATE ods.%1$I SET digest = md5(rtrim(
                rtrim(concat_ws(E'\t', %2$s), E'\t')
                || E'\t' || coalesce(
                    (
                        SELECT replace('{' || string_agg(to_json(key)::text || ':' || to_json(value)::text, ',' ORDER BY key COLLATE "C") || '}', '\', '\\')
                        FROM jsonb_each_text(extra)
                    ),
                    ''
                ), E'\t'
            ))::uuid
        $q$, feed_name, cells);
        EXECUTE format($q$
            UPDATE ods.%1$I AS version SET is_current = placed.is_current
            FROM (
                SELECT
                    past.record_key, past.source_id, past.version_no,
                    row_number() OVER (
                        PARTITION BY past.record_key, past.source_id
                        ORDER BY coalesce(restated.synced_at, past.synced_at) DESC, past.operation = 'D' DESC, past.digest DESC
                    ) = 1 AS is_current
                FROM ods.%1$I AS past
                LEFT JOIN ods.restatement AS restated
                    ON restated.feed = %1$L AND past.record_key = restated.record_key AND past.source_id = restated.source_id
                    AND past.version_no = restated.version_no
                WHERE (past.record_key, past.source_id) IN (SELECT record_key, source_id FROM ods.%1$I WHERE version_no > 1)
            ) AS placed
            WHERE
                version.record_key = placed.record_key AND version.source_id = placed.source_id AND version.version_no = placed.version_no
                AND version.is_current <> placed.is_current
        $q$, feed_name);
        EXECUTE format($q$
            INSERT INTO renamed_key (old_key, new_key)
            SELECT DISTINCT record_key, '!' || replace(digest::text, '-', '') FROM ods.%1$I WHERE coalesce(pg_temp.plain(row_guid), '') = ''
            ON CONFLICT DO NOTHING
        $q$, feed_name);
    END LOOP;
    -- What was judged under another key goes, and is judged anew; what people did and what was noted stays, under the new key.
    DELETE FROM dwd.case_record WHERE (record_key, case_key) <> (pg_temp.record_key(record_key), pg_temp.case_key(case_key));
    DELETE FROM dwd.rating WHERE (record_key, case_key) <> (pg_temp.record_key(record_key), pg_temp.case_key(case_key));
    DELETE FROM quality.finding WHERE (record_key, case_key) <> (pg_temp.record_key(record_key), pg_temp.case_key(case_key));
    DELETE FROM ods.case_fact WHERE case_key <> pg_temp.case_key(case_key);
    UPDATE dwd.verdict_history SET record_key = pg_temp.record_key(record_key), case_key = pg_temp.case_key(case_key)
    WHERE (record_key, case_key) <> (pg_temp.record_key(record_key), pg_temp.case_key(case_key));
    UPDATE quality.missing_record SET record_key = pg_temp.record_key(record_key), case_key = pg_temp.case_key(case_key)
    WHERE (record_key, case_key) <> (pg_temp.record_key(record_key), pg_temp.case_key(case_key));
    UPDATE quality.written_mark SET record_key = pg_temp.record_key(record_key) WHERE record_key <> pg_temp.record_key(record_key);
    UPDATE ops.follow_up_act SET case_no = pg_temp.case_key(case_no) WHERE case_no <> pg_temp.case_key(case_no);
    UPDATE quality.pending_case SET case_key = pg_temp.case_key(case_key) WHERE case_key <> pg_temp.case_key(case_key);
    INSERT INTO quality.pending_case (case_key) SELECT pg_temp.case_key(case_key) FROM quality.due_case;
    DELETE FROM quality.due_case;

    FOR place IN
        SELECT table_schema, table_name, column_name
        FROM information_schema.columns INNER JOIN information_schema.tables USING (table_schema, table_name)
        WHERE
            table_type = 'BASE TABLE' AND table_schema IN ('ods', 'quality', 'ops', 'dwd')
            AND column_name IN ('record_key', 'accept_record_key', 'case_key')
    LOOP
        EXECUTE format(
            $q$UPDATE %1$I.%2$I AS held SET %3$I = %4$L || renamed.new_key FROM renamed_key AS renamed WHERE held.%3$I = %4$L || renamed.old_key$q$,
            place.table_schema, place.table_name, place.column_name, CASE WHEN place.column_name = 'case_key' THEN '#' ELSE '' END
        );
    END LOOP;
END
$migration$;

ALTER TABLE ods.case_fact ADD COLUMN shares_row_guid boolean NOT NULL DEFAULT false;
UPDATE ods.case_fact SET shares_row_guid = true WHERE case_key IN (SELECT case_key FROM ods.shared_row_guid);
-- facts are gathered anew when their cases are judged next
ALTER TABLE ods.case_fact ADD COLUMN sound_accepted_at timestamp;
UPDATE ods.case_fact SET sound_accepted_at = accepted_at;
