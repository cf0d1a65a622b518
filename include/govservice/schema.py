"""The shape of the warehouse: installed fresh, or brought from the version of an older release to this one.

Tables of a warehouse that is there are changed by migrations, sql/migrations/versions, with Alembic: each in a transaction of its own that also
notes it in ops.schema_version. Everything else (functions, views, comments, grants) is made anew from its file.
"""

import hashlib
from typing import Any

import psycopg2
import psycopg2.sql
import sqlalchemy as sa
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory

from govservice import settings, sql_objects, warehouse
from govservice.warehouse import ROLES, Cursor, WarehouseError

MIGRATIONS = settings.SQL / "migrations"
FIRST_VERSION = "0001"
"""What the release before the first migration installed, which noted no version."""


def install(url: str, passwords: dict[str, str]) -> None:
    """Create or bring up to date every schema, function, table, view and role; costs three queries when nothing has changed.

    Killed at any moment, it can be run again: a migration is committed whole or not at all, and so is what is made anew after the last.

    Args:
        url: of a superuser on the warehouse database.
        passwords: of the login roles named in ROLES.

    Raises:
        WarehouseError: the database refuses, or a newer release has installed the warehouse; names the migration or the version.
    """
    statements = sql_objects.installation()
    edition = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    with warehouse.lock(url, "install"):
        with warehouse.transaction(url, "install") as cursor:
            for role in ROLES:
                _create_role(cursor, role, passwords[role])
        _migrate(url)
        with warehouse.transaction(url, "install") as cursor:
            cursor.execute("SELECT obj_description(to_regnamespace('ops'), 'pg_namespace')")
            if cursor.fetchone() == (edition,):
                return
            for text in statements:
                cursor.execute(text)
            cursor.execute(warehouse.statement("ops/write/schema_version__note.sql"), {"version": newest_version()})
            cursor.execute("COMMENT ON SCHEMA ops IS %s", (edition,))


def newest_version() -> str:
    """The version that this release installs."""
    return str(_scripts().get_current_head())


def set_target(url: str, target: int) -> None:
    """Set the number, of cases and of ratings alike, that the tallies are compared with."""
    with warehouse.transaction(url, "install") as cursor:
        cursor.execute("UPDATE ops.setting SET value = %s WHERE name IN ('case_target', 'rating_target')", (target,))


def _migrate(url: str) -> None:
    """Run the migrations that the warehouse lacks; a database without one is left as it is."""
    with warehouse.transaction(url, "migrate") as cursor:
        version = _present_version(cursor)
        if version in (None, newest_version()):
            return
        if version not in {script.revision for script in _scripts().walk_revisions()}:
            raise WarehouseError(
                f"数据仓库是较新的版本 {version} 建的，本版本（{newest_version()}）不认识；请用建它的版本，或先备份再从备份恢复"
            )
        # they are made anew afterwards, and would stand in the way of a changed table
        cursor.execute(warehouse.statement("ops/write/views__drop.sql"))
    engine = sa.create_engine(
        "postgresql+psycopg2://",
        creator=lambda: warehouse.connect(url, "migrate"),
        poolclass=sa.NullPool,
        execution_options={"no_parameters": True},  # a percent sign in a migration is one
    )
    try:
        with engine.connect() as connection:
            command.upgrade(_config(connection=connection), "head")
    except sa.exc.DBAPIError as error:
        reason = warehouse.refusal(error.orig) if isinstance(error.orig, psycopg2.Error) else error
        raise WarehouseError(f"升级数据仓库（现为版本 {version}）没有成功，没有升级完的一步已撤回；{reason}") from None


def _present_version(cursor: Cursor) -> str | None:
    """The version of the warehouse; FIRST_VERSION, which it then notes, where one is there that notes none; None where none is there."""
    cursor.execute("SELECT to_regclass('ops.delivery') IS NOT NULL, to_regclass('ops.schema_version') IS NOT NULL")
    is_there, is_versioned = cursor.fetchone() or (False, False)
    if not is_there:
        return None
    if not is_versioned:
        cursor.execute(warehouse.statement("ops/schema_version.sql"))
        cursor.execute(warehouse.statement("ops/write/schema_version__note.sql"), {"version": FIRST_VERSION})
    cursor.execute("SELECT version_num FROM ops.schema_version")
    return str(cursor.fetchone()[0])  # type: ignore[index]


def _config(**attributes: Any) -> Config:
    config = Config(attributes=attributes)
    config.set_main_option("script_location", str(MIGRATIONS))
    return config


def _scripts() -> ScriptDirectory:
    return ScriptDirectory.from_config(_config())


def _create_role(cursor: Cursor, role: str, password: str) -> None:
    cursor.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", (role,))
    verb = "ALTER" if cursor.fetchone() else "CREATE"
    cursor.execute(
        psycopg2.sql.SQL("{} ROLE {} LOGIN NOSUPERUSER NOCREATEDB NOCREATEROLE PASSWORD {}").format(
            psycopg2.sql.SQL(verb), psycopg2.sql.Identifier(role), psycopg2.sql.Literal(password)
        )
    )
