-- Records that share a RowGuid are listed: those with a key of their own, and the one that has the RowGuid for its key.
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

-- The digest leaves out empty cells at the end, and puts columns that the contract does not know in the order of their names. A record
-- without a RowGuid has its digest for its key.
CREATE TEMPORARY TABLE renamed_key (old_key text COLLATE "C" PRIMARY KEY, new_key text NOT NULL) ON COMMIT DROP;
DO $migration$
DECLARE
    feed text;
    cells text;
    place record;
BEGIN
    FOR feed IN SELECT relname FROM pg_class WHERE oid IN (
        SELECT attrelid FROM pg_attribute WHERE attname = 'digest' AND NOT attisdropped
    ) AND relnamespace = 'ods'::regnamespace AND relkind = 'r' LOOP
        EXECUTE format($q$
            INSERT INTO ods.shared_row_guid (feed, source_id, row_key, record_key, case_key)
            SELECT DISTINCT %1$L, sharer.source_id, clash.row_guid, sharer.record_key, sharer.case_key
            FROM ods.%1$I AS clash
            INNER JOIN ods.%1$I AS sharer
                ON clash.source_id = sharer.source_id AND sharer.record_key IN (clash.record_key, clash.row_guid)
            WHERE
                strpos(clash.record_key, '~') > 0 AND clash.record_key <> clash.row_guid
                AND left(sharer.case_key, 1) <> '#' AND sharer.is_current
        $q$, feed);
        SELECT string_agg(format($c$replace(replace(replace(replace(coalesce(%I, ''), '\', '\\'), E'\t', '\t'), E'\n', '\n'), E'\r', '\r')$c$, attname), ', ' ORDER BY attnum)
        INTO cells
        FROM pg_attribute
        WHERE
            attrelid = format('ods.%I', feed)::regclass AND NOT attisdropped
            AND attnum > (SELECT attnum FROM pg_attribute WHERE attrelid = format('ods.%I', feed)::regclass AND attname = 'is_odd')
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
        $q$, feed, cells);
        EXECUTE format($q$
            INSERT INTO renamed_key (old_key, new_key)
            SELECT DISTINCT record_key, '!' || replace(digest::text, '-', '') FROM ods.%1$I WHERE quality.filled(row_guid) IS NULL
            ON CONFLICT DO NOTHING
        $q$, feed);
    END LOOP;
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
