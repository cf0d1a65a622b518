-- Question: which run is going on, for which day?
-- Parameters: run_id, data_date. Writes ops.run. A run that has closed is not begun again.
INSERT INTO ops.run AS old (run_id, data_date)
VALUES (%(run_id)s, %(data_date)s)
ON CONFLICT (run_id) DO UPDATE SET data_date = excluded.data_date WHERE old.closed_at IS NULL;
