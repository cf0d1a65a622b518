-- Question: up to where has a feed of a source been pulled?
-- Parameters: source_id, feed, newest. Writes ops.watermark; it never moves back.
INSERT INTO ops.watermark AS old (source_id, feed, synced_until)
VALUES (%(source_id)s, %(feed)s, %(newest)s)
ON CONFLICT (source_id, feed) DO UPDATE SET synced_until = greatest(old.synced_until, excluded.synced_until);
