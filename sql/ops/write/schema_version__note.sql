-- Question: which version was installed?
-- Parameters: version. Writes ops.schema_version, where it is empty; afterwards Alembic moves it on.
INSERT INTO ops.schema_version (version_num)
SELECT %(version)s AS version_num
WHERE NOT EXISTS (SELECT 1 FROM ops.schema_version);
