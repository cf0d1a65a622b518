-- Question: what became of the records of one delivery and feed?
-- Parameters: delivery_id, feed, declared, received, overlap, unparsable, replayed, versions, later. Writes ops.ledger.
INSERT INTO ops.ledger (delivery_id, feed, declared, received, overlap, unparsable, replayed, versions, later)
VALUES (
    %(delivery_id)s, %(feed)s, %(declared)s, %(received)s, %(overlap)s, %(unparsable)s, %(replayed)s, %(versions)s,
    %(later)s
);
