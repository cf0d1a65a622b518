-- The keys of what a load has received, one row per record; the records themselves wait in a spool file, seq being the byte
-- at which a record's line begins there.
CREATE TEMPORARY TABLE arrival (
    seq bigint NOT NULL,
    delivery_id bigint NOT NULL,
    record_key text COLLATE "C" NOT NULL,
    project_no text COLLATE "C",
    synced_at timestamp NOT NULL,
    operation char(1) NOT NULL,
    digest uuid NOT NULL,
    is_clash boolean NOT NULL DEFAULT false
) ON COMMIT DROP;
