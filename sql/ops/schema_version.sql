-- Grain: one row: the last migration that the tables have been through (sql/migrations). Written by Alembic.
CREATE TABLE IF NOT EXISTS ops.schema_version (
    version_num varchar(32) PRIMARY KEY
);

COMMENT ON TABLE ops.schema_version IS '库版本 · the last migration of the tables';
COMMENT ON COLUMN ops.schema_version.version_num IS '版本号 · of the migration in sql/migrations/versions';
