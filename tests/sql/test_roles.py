"""Who may do what: the rights that are granted, and what the database answers when somebody tries."""

from collections.abc import Iterator

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from govservice import schema
from govservice import warehouse as govservice_warehouse
from stack.postgres import Cluster, close_databases
from tables import expect
from warehouses import PASSWORDS, Warehouse

# The rights of a role on the tables and views of a schema, in letters: Select, Insert, Update, Delete, Truncate; a small letter
# is a right on some columns only.
RIGHTS = """
SELECT relation.oid::regclass::text AS relation, relation.relnamespace::regnamespace::text AS schema, role,
    (
        SELECT coalesce(string_agg(CASE
            WHEN has_table_privilege(role, relation.oid, privilege) THEN left(privilege, 1)
            WHEN privilege IN ('SELECT', 'INSERT', 'UPDATE') AND has_any_column_privilege(role, relation.oid, privilege)
                THEN lower(left(privilege, 1)) END, '' ORDER BY number), '')
        FROM unnest(ARRAY['SELECT', 'INSERT', 'UPDATE', 'DELETE', 'TRUNCATE']) WITH ORDINALITY AS verb (privilege, number)
    ) AS rights
FROM pg_class AS relation
CROSS JOIN unnest(ARRAY['pipeline', 'portal_reader', 'analyst']) AS role
WHERE relation.relkind IN ('r', 'v') AND relation.relnamespace::regnamespace::text = ANY (
    ARRAY['ods', 'dim', 'quality', 'dwd', 'dws', 'ads', 'ops', 'public']
)
"""


@pytest.fixture(scope="module")
def installed(cluster: Cluster) -> Warehouse:
    """A warehouse as installed: rights on the database itself are not copied from a template."""
    fresh = Warehouse(cluster, "warehouse_roles")
    cluster.ensure_database(fresh.database)
    schema.install(fresh.superuser, PASSWORDS)
    return fresh


@pytest.fixture(scope="module")
def own_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A server whose databases may be closed."""
    server = Cluster(tmp_path_factory.mktemp("closed"), shared_buffers="16MB").start()
    yield server
    server.stop()


def test_the_pipeline_adds_versions_and_ledger_lines_and_deletes_none(installed: Warehouse) -> None:
    expect(
        installed.superuser,
        f"SELECT DISTINCT schema, rights FROM ({RIGHTS}) AS h WHERE role = 'pipeline' AND schema IN ('ods', 'ops')",
        """
        schema | rights
        ods    | SI
        ods    | SID
        ods    | SIu
        ops    | SI
        ops    | SIU
        ops    | S
        """,
    )
    # The facts of a case are gathered again at every inspection; what was delivered stays.
    expect(
        installed.superuser,
        f"SELECT * FROM ({RIGHTS}) AS h WHERE role = 'pipeline' AND schema = 'ods' AND rights <> 'SIu'",
        "relation | rights\nods.case_fact | SID\nods.shared_row_guid | SI",
    )
    expect(
        installed.superuser,
        f"SELECT * FROM ({RIGHTS}) AS h WHERE role = 'pipeline' AND schema = 'ops' AND rights <> 'SI'",
        """
        relation         | rights
        ops.book         | S
        ops.latest_data_date | S
        ops.setting      | S
        ops.schema_version | S
        ops.fence        | SIU
        ops.run          | SIU
        ops.source_state | SIU
        ops.step         | SIU
        ops.watermark    | SIU
        """,
    )
    expect(
        installed.superuser,
        """
        SELECT DISTINCT attname AS updatable FROM pg_attribute
        WHERE attrelid IN ('ods.accept'::regclass, 'ods.process'::regclass, 'ods.result'::regclass, 'ods.item'::regclass)
            AND attnum > 0 AND has_column_privilege('pipeline', attrelid, attname, 'UPDATE')
        """,
        """
        updatable
        case_key
        is_current
        record_key
        version_no
        """,
    )


def test_the_analyst_reads_figures_masked_cases_and_dimensions_and_nothing_else(installed: Warehouse) -> None:
    expect(
        installed.superuser,
        f"SELECT DISTINCT schema, rights FROM ({RIGHTS}) AS h WHERE role = 'analyst' AND rights <> ''",
        """
        schema | rights
        dim    | S
        dws    | S
        ads    | S
        """,
    )
    expect(
        installed.superuser,
        f"SELECT * FROM ({RIGHTS}) AS h WHERE role = 'analyst' AND rights = '' AND schema IN ('dim', 'dws', 'ads')",
        """
        relation
        dim.source
        dim.source_code
        """,
    )


def test_the_portal_reads_no_delivered_values_and_writes_nothing(installed: Warehouse) -> None:
    expect(
        installed.superuser,
        f"SELECT * FROM ({RIGHTS}) AS h WHERE role = 'portal_reader' AND (rights NOT IN ('', 'S', 's') OR schema = 'ods' AND rights <> '')",
        "relation | rights",
    )
    expect(
        installed.superuser,
        """
        SELECT attname AS readable FROM pg_attribute WHERE attrelid IN ('dwd.case_record'::regclass, 'dwd.rating'::regclass)
        AND has_column_privilege('portal_reader', attrelid, attname, 'SELECT') AND attname ~ 'masked|item|certificate|department|level|negative|detail|_at$'
        """,
        "readable",
    )
    expect(
        installed.superuser,
        f"SELECT * FROM ({RIGHTS}) AS h WHERE role = 'portal_reader' AND schema = 'dwd' AND rights <> ''",
        "relation | rights\ndwd.case_record | s\ndwd.rating | s",
    )


def test_no_role_is_more_than_a_login(installed: Warehouse) -> None:
    expect(
        installed.superuser,
        """
        SELECT rolname, rolsuper OR rolcreatedb OR rolcreaterole OR rolreplication OR rolbypassrls AS is_more,
            (SELECT array_agg(roleid::regrole::text) FROM pg_auth_members WHERE member = pg_roles.oid) AS member_of,
            EXISTS (SELECT 1 FROM pg_class WHERE relowner = pg_roles.oid) AS is_owner
        FROM pg_roles WHERE rolname IN ('pipeline', 'portal_reader', 'analyst')
        """,
        """
        rolname       | is_more | member_of                     | is_owner
        pipeline      | false   | {pg_use_reserved_connections} | false
        portal_reader | false   |                               | false
        analyst       | false   |                               | false
        """,
    )


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE ods.accept SET task_name = 'x'",
        "DELETE FROM ods.accept",
        "TRUNCATE ods.accept",
        "UPDATE ops.ledger SET received = 0",
        "DELETE FROM ops.ledger",
        "UPDATE ops.delivery SET state = 'refused'",
        "DELETE FROM ops.delivery",
        "DELETE FROM ops.unparsable",
        "UPDATE ops.setting SET value = 1",
        "CREATE TABLE ods.mine (a int)",
        "CREATE TABLE public.mine (a int)",
        "CREATE SCHEMA mine",
        "CREATE FUNCTION quality.mine() RETURNS int LANGUAGE sql RETURN 1",
        "ALTER TABLE ods.accept ADD COLUMN mine int",
        "DROP TABLE ods.accept",
        "COPY dim.code TO PROGRAM 'cat'",
        "SELECT pg_read_file('postgresql.conf')",
        "SET ROLE postgres",
    ],
)
def test_the_pipeline_is_refused(installed: Warehouse, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        _try(installed.as_role("pipeline"), statement)


@pytest.mark.parametrize(
    "statement",
    [
        "SELECT * FROM ods.accept",
        "SELECT * FROM dwd.case_record",
        "SELECT * FROM quality.finding",
        "SELECT * FROM quality.accept_live",
        "SELECT * FROM ops.delivery",
        "CREATE TEMPORARY TABLE mine (a int)",
        "CREATE FUNCTION pg_temp.mine() RETURNS int LANGUAGE sql RETURN 1",
        "CREATE FUNCTION ads.mine() RETURNS int LANGUAGE sql RETURN 1",
        "CREATE VIEW ads.mine AS SELECT 1",
        "UPDATE dim.station SET name = 'x'",
        "DELETE FROM dim.station",
        "SET ROLE pipeline",
        "SELECT lo_create(0)",
        "SELECT lo_from_bytea(0, 'x')",
        "SELECT lo_put(1, 0, 'x')",
        "SELECT lo_open(1, 131072)",
        "SELECT pg_logical_emit_message(false, 'x', 'x')",
        "SELECT pg_advisory_lock(hashtext('inspection'))",
        "SELECT pg_advisory_xact_lock_shared(1, 1)",
        "SELECT pg_try_advisory_lock(1)",
        "SELECT pg_advisory_unlock_all()",
        "SELECT ops.end_overlong_readers()",
        "SET temp_file_limit = -1",
        "ALTER ROLE analyst CONNECTION LIMIT -1",
        "LOCK TABLE ads.target_line IN SHARE MODE",
    ],
)
def test_the_analyst_is_refused_even_after_leaving_read_only_mode(installed: Warehouse, statement: str) -> None:
    with pytest.raises(InsufficientPrivilege):
        _try(installed.as_role("analyst"), f"SET default_transaction_read_only = off; COMMIT; {statement}")


@pytest.mark.parametrize("role", ["analyst", "portal_reader"])
def test_readers_read_only(installed: Warehouse, role: str) -> None:
    with pytest.raises(ReadOnlySqlTransaction):
        _try(installed.as_role(role), "CREATE TABLE mine (a int)")


@pytest.mark.parametrize(
    "query", ["ads.case_masked", "ads.rating_masked", "ads.target_line", "dws.tally_case_daily", "dim.station"]
)
def test_the_analyst_reads(installed: Warehouse, query: str) -> None:
    _try(installed.as_role("analyst"), f"SELECT * FROM {query}")


def test_only_the_three_roles_may_connect(installed: Warehouse) -> None:
    with govservice_warehouse.transaction(installed.superuser) as cursor:
        cursor.execute("DROP ROLE IF EXISTS stranger; CREATE ROLE stranger LOGIN PASSWORD 'stranger'")
    with pytest.raises(govservice_warehouse.WarehouseError, match="连不上数据库"):
        govservice_warehouse.connect(installed.cluster.url(installed.database, "stranger", "stranger", "postgresql"))


def test_no_reader_may_take_the_locks_of_the_pipeline(installed: Warehouse) -> None:
    """Every function of the families that are closed, also those that a later PostgreSQL adds."""
    expect(
        installed.superuser,
        """
        SELECT DISTINCT oid::regprocedure AS routine FROM pg_proc
        CROSS JOIN unnest(ARRAY['analyst', 'portal_reader']) AS reader
        WHERE pronamespace = 'pg_catalog'::regnamespace AND has_function_privilege(reader, oid, 'EXECUTE')
            AND (proname LIKE 'lo\\_%' OR proname LIKE 'lo_write' OR proname LIKE '%advisory%' OR proname LIKE '%emit_message')
        """,
        "routine",
    )


def test_an_analyst_who_opens_every_connection_does_not_keep_the_pipeline_out(installed: Warehouse) -> None:
    opened, refused = [], None
    try:
        while refused is None and len(opened) < 100:
            try:
                opened.append(psycopg2.connect(installed.as_role("analyst")))
            except psycopg2.OperationalError as error:
                refused = str(error)
        assert (len(opened), "too many connections for role" in (refused or "")) == (20, True)
        _try(installed.as_role("pipeline"), "SELECT pg_advisory_xact_lock(1)")
        _try(installed.as_role("portal_reader"), "SELECT * FROM ads.target_line")
    finally:
        for link in opened:
            link.close()


def test_a_reader_keeps_its_limits_when_it_resets_its_settings(installed: Warehouse) -> None:
    _try(installed.as_role("analyst"), "SET default_transaction_read_only = off; COMMIT; ALTER ROLE analyst RESET ALL")
    try:
        link = psycopg2.connect(installed.as_role("analyst"))
        with link.cursor() as cursor:
            cursor.execute("SHOW temp_file_limit")
            assert cursor.fetchone() == ("4GB",)
        link.close()
    finally:
        with govservice_warehouse.transaction(installed.superuser) as cursor:
            cursor.execute(govservice_warehouse.template("grants.sql.j2"))


def test_a_reader_who_lifts_its_timeout_is_ended_at_the_cap(installed: Warehouse) -> None:
    reader, pipeline = (psycopg2.connect(installed.as_role(role)) for role in ("analyst", "pipeline"))
    try:
        reader.cursor().execute(
            "SET statement_timeout = 0; SET idle_in_transaction_session_timeout = 0; SELECT pg_sleep(1.2)"
        )
        with pipeline, pipeline.cursor() as cursor:
            cursor.execute("SELECT ops.end_overlong_readers()")
            assert cursor.fetchone() == (0,)
            cursor.execute("SELECT ops.end_overlong_readers('1 second')")
            assert cursor.fetchone() == (1,)
        with pytest.raises(psycopg2.OperationalError, match="closed the connection|terminating connection"):
            reader.cursor().execute("SELECT 1")
    finally:
        reader.close()
        pipeline.close()


def test_only_the_three_roles_may_connect_and_only_to_the_warehouse(own_server: Cluster) -> None:
    fresh = Warehouse(own_server, "warehouse")
    for name in ("airflow", fresh.database):
        own_server.ensure_database(name)
    schema.install(fresh.superuser, PASSWORDS)
    close_databases(own_server.url("postgres", driver="postgresql"), ["airflow", "postgres", "template1"])
    for role in PASSWORDS:
        _try(fresh.as_role(role), "SELECT 1")
        for other in ("postgres", "template1", "airflow"):
            with pytest.raises(psycopg2.OperationalError, match="permission denied for database"):
                psycopg2.connect(Warehouse(own_server, other).as_role(role))


def _try(url: str, statement: str) -> None:
    link = psycopg2.connect(url)
    try:
        with link, link.cursor() as cursor:
            cursor.execute(statement)
    finally:
        link.close()
