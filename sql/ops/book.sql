-- Grain: one source × feed: the books, cumulative over the ledger. `unexplained` is the sum of the absolute residuals of
--   received = declared + overlap
--   received = versions + replayed + overlap + unparsable
--   versions = live + superseded + tombstoned
--   live = accepted + quarantined + duplicates
-- Every number on a right-hand side is counted from its own rows; none is the difference of the others.
DROP VIEW IF EXISTS ops.book CASCADE;
CREATE VIEW ops.book AS
WITH line AS (
    -- one row per delivery × feed. The watermark waits at a pull that did not balance, so the next one that does covers the
    -- same span: what the first one declared is then settled
    SELECT
        delivery.source_id,
        ledger.*,
        coalesce(ledger.residual <> 0, true)
        AND delivery.delivery_id < max(delivery.delivery_id) FILTER (WHERE ledger.residual = 0) OVER (
            PARTITION BY delivery.source_id, ledger.feed
        ) AS is_settled
    FROM ops.ledger AS ledger
    INNER JOIN ops.delivery AS delivery ON ledger.delivery_id = delivery.delivery_id
),

ledger AS (
    SELECT
        source_id,
        feed,
        sum(CASE WHEN is_settled THEN received - overlap ELSE declared END)::bigint AS declared,
        sum(received)::bigint AS received,
        sum(replayed)::bigint AS replayed,
        sum(overlap)::bigint AS overlap,
        sum(unparsable)::bigint AS unparsable,
        sum(versions)::bigint AS versions,
        sum(CASE WHEN is_settled THEN 0 ELSE coalesce(abs(residual), received) END)::bigint AS undeclared
    FROM line
    GROUP BY source_id, feed
),

withdrawn AS (
    -- cases all of whose current accept rows have been withdrawn
    SELECT case_key
    FROM ods.accept
    WHERE is_current AND operation = 'D'
    EXCEPT
    SELECT live.case_key
    FROM ods.accept AS dead
    INNER JOIN ods.accept AS live ON dead.case_key = live.case_key AND live.is_current AND live.operation <> 'D'
    WHERE dead.is_current AND dead.operation = 'D'
),

copies AS (
    -- cases of which a source holds only a copy
    SELECT
source_id,
case_key
FROM dwd.case_record WHERE verdict = 'duplicate' AND duplicate_of <> source_id
),

broken AS (
    -- records with a critical finding
    SELECT DISTINCT
feed,
source_id,
record_key
FROM quality.finding WHERE severity = 'critical'
),

version AS (
    -- one row per version, told where it stands
    SELECT
        'accept' AS feed,
        accept.source_id,
        accept.is_current,
        accept.operation = 'D' AS is_dead,
        record.verdict = 'duplicate' AS is_copy,
        (accept.record_key, accept.source_id) IN (SELECT
record_key,
source_id
FROM broken WHERE feed = 'accept') AS is_broken,
        record.record_key IS NOT NULL AS is_judged
    FROM ods.accept AS accept
    LEFT JOIN dwd.case_record AS record
        ON accept.is_current AND accept.record_key = record.record_key AND accept.source_id = record.source_id
    UNION ALL
    SELECT
        'process' AS feed,
        process.source_id,
        process.is_current,
        process.operation = 'D' OR process.case_key IN (SELECT case_key FROM withdrawn) AS is_dead,
        (process.case_key, process.source_id) IN (SELECT
case_key,
source_id
FROM copies) AS is_copy,
        (process.record_key, process.source_id) IN (SELECT
record_key,
source_id
FROM broken WHERE feed = 'process') AS is_broken,
        true AS is_judged
    FROM ods.process AS process
    UNION ALL
    SELECT
        'result' AS feed,
        result.source_id,
        result.is_current,
        result.operation = 'D' OR result.case_key IN (SELECT case_key FROM withdrawn) AS is_dead,
        (result.case_key, result.source_id) IN (SELECT
case_key,
source_id
FROM copies) AS is_copy,
        (result.record_key, result.source_id) IN (SELECT
record_key,
source_id
FROM broken WHERE feed = 'result') AS is_broken,
        true AS is_judged
    FROM ods.result AS result
    UNION ALL
    SELECT
        'item' AS feed,
        source_id,
        is_current,
        operation = 'D' AS is_dead,
        false AS is_copy,
        false AS is_broken,
        true AS is_judged
    FROM ods.item
),

stock AS (
    SELECT
        source_id,
        feed,
        count(*) FILTER (WHERE is_current AND NOT is_dead) AS live,
        count(*) FILTER (WHERE NOT is_current) AS superseded,
        count(*) FILTER (WHERE is_current AND is_dead) AS tombstoned,
        count(*) FILTER (WHERE is_current AND NOT is_dead AND is_judged AND NOT is_copy AND NOT is_broken) AS accepted,
        count(*) FILTER (WHERE is_current AND NOT is_dead AND is_judged AND NOT is_copy AND is_broken) AS quarantined,
        count(*) FILTER (WHERE is_current AND NOT is_dead AND is_judged AND is_copy) AS duplicates
    FROM version
    GROUP BY source_id, feed
)

SELECT
    coalesce(ledger.source_id, stock.source_id) AS source_id,
    coalesce(ledger.feed, stock.feed) AS feed,
    coalesce(ledger.declared, 0) AS declared,
    coalesce(ledger.received, 0) AS received,
    coalesce(ledger.replayed, 0) AS replayed,
    coalesce(ledger.overlap, 0) AS overlap,
    coalesce(ledger.unparsable, 0) AS unparsable,
    coalesce(ledger.versions, 0) AS versions,
    coalesce(stock.live, 0) AS live,
    coalesce(stock.superseded, 0) AS superseded,
    coalesce(stock.tombstoned, 0) AS tombstoned,
    coalesce(stock.accepted, 0) AS accepted,
    coalesce(stock.quarantined, 0) AS quarantined,
    coalesce(stock.duplicates, 0) AS duplicates,
    coalesce(ledger.undeclared, 0)
    + abs(
        coalesce(ledger.received - ledger.versions - ledger.replayed - ledger.overlap - ledger.unparsable, 0)
    )
    + abs(
        coalesce(ledger.versions, 0) - coalesce(stock.live, 0) - coalesce(stock.superseded, 0) - coalesce(stock.tombstoned, 0)
    )
    + abs(
        coalesce(stock.live, 0) - coalesce(stock.accepted, 0) - coalesce(stock.quarantined, 0) - coalesce(stock.duplicates, 0)
    ) AS unexplained
FROM ledger
FULL JOIN stock ON ledger.source_id = stock.source_id AND ledger.feed = stock.feed;

COMMENT ON VIEW ops.book IS '账 · what became of every record received, by source and feed; unexplained is 0 when the books balance';
