"""Who may do what: the rights that are granted, and what the database answers when somebody tries."""

import psycopg2
import pytest
from psycopg2.errors import InsufficientPrivilege, ReadOnlySqlTransaction

from govservice import schema
from govservice import warehouse as govservice_warehouse
from stack.postgres import Cluster
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
            EXISTS (SELECT 1 FROM pg_auth_members WHERE member = pg_roles.oid) AS is_member,
            EXISTS (SELECT 1 FROM pg_class WHERE relowner = pg_roles.oid) AS is_owner
        FROM pg_roles WHERE rolname IN ('pipeline', 'portal_reader', 'analyst')
        """,
        """
        rolname       | is_more | is_member | is_owner
        pipeline      | false   | false     | false
        portal_reader | false   | false     | false
        analyst       | false   | false     | false
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


def _try(url: str, statement: str) -> None:
    link = psycopg2.connect(url)
    try:
        with link, link.cursor() as cursor:
            cursor.execute(statement)
    finally:
        link.close()
