-- Question: which records of a source must be mended, whose mark in its front database says so?
-- Parameters: source_id, feed. Reads quality.finding. One row per record with a critical finding that is not waived.
SELECT DISTINCT record_key
FROM quality.finding
WHERE source_id = %(source_id)s AND feed = %(feed)s AND severity = 'critical' AND NOT is_waived;
