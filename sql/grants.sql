-- Who may do what. The owner of the objects is the superuser of the installation, who does not run pipelines.
DO $$ BEGIN EXECUTE format('REVOKE ALL ON DATABASE %I FROM PUBLIC', current_database()); END $$;
DO $$ BEGIN EXECUTE format('GRANT CONNECT ON DATABASE %I TO pipeline, portal_reader, analyst', current_database()); END $$;
DO $$ BEGIN EXECUTE format('GRANT TEMPORARY ON DATABASE %I TO pipeline', current_database()); END $$;
REVOKE ALL ON SCHEMA public FROM PUBLIC; -- noqa: CP02

-- The pipeline adds versions and may only move the mark of the current one; it cannot change or delete what was delivered.
GRANT USAGE ON SCHEMA ops, dim, ods, quality, dwd, dws, ads TO pipeline;
-- MAINTAIN (ANALYZE) is new in PostgreSQL 17; the linter does not know it yet.
GRANT SELECT, INSERT, MAINTAIN ON ALL TABLES IN SCHEMA ods TO pipeline; -- noqa: PRS
GRANT UPDATE (is_current) ON ods.accept, ods.process, ods.result, ods.item TO pipeline;
-- What it has written into the ledger stays; only fences, watermarks, states and open runs move on.
GRANT SELECT ON ALL TABLES IN SCHEMA ops TO pipeline;
GRANT INSERT ON ops.delivery, ops.ledger, ops.unparsable TO pipeline;
GRANT INSERT, UPDATE ON ops.fence, ops.watermark, ops.source_state, ops.run, ops.step TO pipeline;
GRANT SELECT, INSERT, UPDATE, DELETE, TRUNCATE, MAINTAIN ON ALL TABLES IN SCHEMA dim, quality, dwd TO pipeline; -- noqa: PRS
GRANT SELECT ON ALL TABLES IN SCHEMA dws, ads TO pipeline;

-- The portal shows counts, keys and states; it sees no delivered values, masked ones neither.
GRANT USAGE ON SCHEMA ops, dim, quality, dwd, ads TO portal_reader;
GRANT SELECT ON ops.delivery, ops.ledger, ops.unparsable, ops.source_state, ops.run, ops.setting, ops.book TO portal_reader;
GRANT SELECT ON dim.source, quality.rule, quality.run_check, quality.finding TO portal_reader;
GRANT SELECT ON ads.target_line, ads.tally_by_new_city, ads.quarantine_reason, ads.completeness, ads.progress, ads.as_of TO portal_reader;
GRANT SELECT (
    source_id, record_key, case_key, case_no, verdict, is_qualified, is_countable, failed_rules, warned_rules, duplicate_of,
    first_arrived_date, completed_date, delivery_id
) ON dwd.case_record TO portal_reader;

-- Analysts read figures and masked cases, in read-only transactions.
GRANT USAGE ON SCHEMA dim, dws, ads TO analyst;
GRANT SELECT ON ALL TABLES IN SCHEMA dws, ads TO analyst;
GRANT SELECT ON dim.station, dim.code, dim.calendar_day, dim.service_item_version TO analyst;
ALTER ROLE analyst SET default_transaction_read_only = on;
ALTER ROLE portal_reader SET default_transaction_read_only = on;
ALTER ROLE portal_reader SET statement_timeout = '60s';
