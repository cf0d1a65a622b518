-- A file drop that was uploaded again with the bytes that it had before is taken again, and a refused one is tried again.
DROP INDEX ops.delivery_file_once;
CREATE UNIQUE INDEX delivery_file_once ON ops.delivery (source_id, label, digest, received_at)
WHERE protocol = 'files' AND state = 'loaded';
