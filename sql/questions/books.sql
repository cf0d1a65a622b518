-- Question: what became of every record received? Parameters: none. One row per source and feed.
SELECT
    source_id,
    feed,
    declared,
    received,
    replayed,
    overlap,
    unparsable,
    versions,
    live,
    superseded,
    tombstoned,
    accepted,
    quarantined,
    duplicates,
    unexplained
FROM ops.book
ORDER BY source_id, feed;
