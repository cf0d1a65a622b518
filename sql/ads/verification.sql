-- Grain: one row: may the figures be claimed? Whatever makes them a lower bound is said here and nowhere else. Each count is asked for by
-- itself, so that who does not select it does not pay for it; the books, which look at every version, are opened last.
DROP VIEW IF EXISTS ads.verification CASCADE;
CREATE VIEW ads.verification AS
WITH unverified AS (
    SELECT
        coalesce(array_agg(source.source_id ORDER BY source.priority, source.source_id), '{}') AS source_ids,
        coalesce(array_agg(source.name ORDER BY source.priority, source.source_id), '{}') AS names
    FROM dim.source AS source
    LEFT JOIN ops.source_state AS state ON source.source_id = state.source_id
    WHERE source.is_enabled AND state.state IS DISTINCT FROM 'balanced'
),

final AS (
    SELECT
        unverified.source_ids AS unverified_source_ids,
        unverified.names AS unverified_sources,
        (
            SELECT count(*)
            FROM (
                SELECT case_key FROM quality.pending_case
                UNION
                SELECT case_key FROM quality.due_case
            ) AS queued
        ) AS waiting_count,
        (SELECT coalesce(sum(book.unexplained), 0)::bigint FROM ops.book AS book) AS unexplained_count
    FROM unverified
)

SELECT
    cardinality(unverified_sources) > 0 OR waiting_count > 0 OR unexplained_count > 0 AS is_lower_bound,
    unverified_source_ids,
    unverified_sources,
    waiting_count,
    unexplained_count
FROM final;
COMMENT ON VIEW ads.verification IS '核实情况 · whether every figure may be claimed, and if not, why';
COMMENT ON COLUMN ads.verification.is_lower_bound IS '是否下限 · a source is unverified, something waits for inspection, or the books do not balance: no target may be called reached';
COMMENT ON COLUMN ads.verification.unverified_source_ids IS '未核实来源号 · ids, enabled sources whose latest attempt is not balanced';
COMMENT ON COLUMN ads.verification.unverified_sources IS '未核实来源 · names, in the same order';
COMMENT ON COLUMN ads.verification.waiting_count IS '待检数 · cases and items that have been collected and have no verdict yet, or wait for a new one';
COMMENT ON COLUMN ads.verification.unexplained_count IS '未解释数 · sum of the residuals of the books, ops.book';
