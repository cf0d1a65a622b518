-- Question: where do the keys of what a load receives go?
-- Parameters: none. Makes the temporary table incoming_record, one row per record that arrives; takes away the tables of the feed before it
-- (known_version, decided_version, contested_key, nameless_key, attributed, moved_version). The records themselves wait in a spool file, seq
-- being the byte at which a record's line begins there. row_key is the RowGuid of a record that is stored under a key of its own,
-- spoken_of the 办件编号 that a record without one withdraws; is_redated says that synced_at has moved within its second.
DROP TABLE IF EXISTS incoming_record, known_version, decided_version, contested_key, nameless_key, attributed, moved_version;
CREATE TEMPORARY TABLE incoming_record (
    seq bigint NOT NULL,
    delivery_id bigint NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    row_key text COLLATE "C",
    project_no text COLLATE "C",
    spoken_of text COLLATE "C",
    synced_at timestamp NOT NULL,
    operation char(1) NOT NULL,
    digest uuid NOT NULL,
    is_clash boolean NOT NULL DEFAULT false,
    is_redated boolean NOT NULL DEFAULT false
) ON COMMIT DROP;
