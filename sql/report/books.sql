-- Question: what became of every record received, by feed? Parameters: none. One row per feed.
SELECT
    feed,
    sum(declared) AS declared,
    sum(received) AS received,
    sum(replayed) AS replayed,
    sum(overlap) AS overlap,
    sum(unparsable) AS unparsable,
    sum(versions) AS versions,
    sum(live) AS live,
    sum(superseded) AS superseded,
    sum(tombstoned) AS tombstoned,
    sum(accepted) AS accepted,
    sum(quarantined) AS quarantined,
    sum(duplicates) AS duplicates,
    sum(unexplained) AS unexplained
FROM ops.book
GROUP BY feed
ORDER BY feed;
