"""Run by Alembic (govservice/schema.py): one transaction for each migration, noted in ops.schema_version."""

from alembic import context

context.configure(
    connection=context.config.attributes["connection"],
    version_table="schema_version",
    version_table_schema="ops",
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()
