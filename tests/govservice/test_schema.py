"""Installing again changes nothing; a warehouse of an older release is brought to this one, and then is like a fresh one."""

import gzip
import subprocess
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

import cases
import deliveries
import history
from deliveries import deliver, unexplained
from govservice import contract, dimensions, schema, settings, sql_objects
from govservice.collecting import records
from govservice.contract.personal_numbers import stand_in
from govservice.warehouse import WarehouseError, transaction
from stack.postgres import Cluster
from stack.postgres_programs import wheel_programs
from tables import replaced
from warehouses import PASSWORDS, Warehouse

OLDER = Path(__file__).with_name("editions") / "0001.sql.gz"
# Every object that an installation makes: its kind, its definition, its comment and the rights on it.
SHAPE = """
SELECT 'column ' || attribute.attrelid::regclass || '.' || attribute.attname AS object,
    format_type(attribute.atttypid, attribute.atttypmod) || ' ' || attribute.attnotnull || ' ' || attribute.attgenerated::text
    || coalesce(' ' || pg_get_expr(fallback.adbin, fallback.adrelid), '')
    || coalesce(' ' || col_description(attribute.attrelid, attribute.attnum), '')
    || coalesce(' ' || attribute.attacl::text, '') AS shape
FROM pg_attribute AS attribute
INNER JOIN pg_class AS class ON attribute.attrelid = class.oid
LEFT JOIN pg_attrdef AS fallback ON attribute.attrelid = fallback.adrelid AND attribute.attnum = fallback.adnum
WHERE class.relnamespace::regnamespace::text = ANY(%(layers)s) AND attribute.attnum > 0 AND NOT attribute.attisdropped
UNION ALL
SELECT 'relation ' || oid::regclass, relkind::text || coalesce(' ' || obj_description(oid, 'pg_class'), '')
    || coalesce(' ' || relacl::text, '') || coalesce(' ' || reloptions::text, '')
    || CASE WHEN relkind IN ('v', 'm') THEN pg_get_viewdef(oid) ELSE '' END
FROM pg_class WHERE relnamespace::regnamespace::text = ANY(%(layers)s)
UNION ALL
SELECT 'index ' || indexrelid::regclass, pg_get_indexdef(indexrelid)
FROM pg_index INNER JOIN pg_class AS class ON indrelid = class.oid
WHERE class.relnamespace::regnamespace::text = ANY(%(layers)s)
UNION ALL
SELECT 'constraint ' || conrelid::regclass || ' ' || conname, pg_get_constraintdef(oid)
FROM pg_constraint WHERE connamespace::regnamespace::text = ANY(%(layers)s) AND contype <> 'n'
UNION ALL
SELECT 'function ' || oid::regprocedure, pg_get_functiondef(oid) || coalesce(proacl::text, '')
FROM pg_proc WHERE pronamespace::regnamespace::text = ANY(%(layers)s)
"""
FIGURES = {
    "cases": "SELECT record_key, source_id, verdict, is_qualified, failed_rules, completed_date FROM dwd.case_record",
    "ratings": "SELECT record_key, source_id, verdict, is_qualified, failed_rules, completed_date FROM dwd.rating",
    "books": "SELECT * FROM ops.book",
    "targets": "SELECT line, title, total_count, qualified_count, target_count, total_gap, qualified_gap, qualified_rate, is_lower_bound, unverified_sources FROM ads.target_line",  # noqa: E501
    "overdue": "SELECT record_key, due_date, overdue_days FROM ads.overdue_case",
    "history": "SELECT record_key, verdict, failed_rules FROM dwd.verdict_history",
    "restatements": "SELECT feed, record_key, version_no, synced_at FROM ods.restatement",
    "facts": "SELECT case_key, accept_record_key, due_on, suspended_workdays, step_count FROM ods.case_fact WHERE accept_record_key <> ''",
}


def asked(url: str, query: str) -> list[tuple[object, ...]]:
    with transaction(url) as cursor:
        cursor.execute(query, {"layers": list(sql_objects.LAYERS)})
        return sorted(cursor.fetchall(), key=repr)


def figures(warehouse: Warehouse) -> dict[str, list[tuple[object, ...]]]:
    return {name: asked(warehouse.superuser, query) for name, query in FIGURES.items()}


def version(warehouse: Warehouse) -> list[tuple[object, ...]]:
    return asked(warehouse.superuser, "SELECT version_num FROM ops.schema_version")


def views(warehouse: Warehouse) -> list[tuple[object, ...]]:
    """What the views are to the database: another number when one has been made anew."""
    return asked(warehouse.superuser, "SELECT oid FROM pg_class WHERE relname IN ('book', 'accept_live')")


@pytest.fixture
def older(
    cluster: Cluster, new_warehouse: Callable[[], AbstractContextManager[Warehouse]], var: Path
) -> Iterator[Warehouse]:
    """What the release before the first migration installed, with the history of tests/helpers/history.py in it.

    Made by that release, with a run begun for 2021-09-14 and overdue_reserve_days set to 7.
    """
    with new_warehouse() as restored:  # for its roles and its place; emptied first
        with transaction(restored.superuser) as cursor:
            cursor.execute("DROP SCHEMA ops, dim, ods, quality, dwd, dws, ads CASCADE")
        subprocess.run(
            [wheel_programs() / "psql", "--quiet", "--set", "ON_ERROR_STOP=1", restored.superuser],
            input=gzip.decompress(OLDER.read_bytes()),
            check=True,
            capture_output=True,
        )
        yield restored


@pytest.fixture
def fresh(new_warehouse: Callable[[], AbstractContextManager[Warehouse]], var: Path) -> Iterator[Warehouse]:
    """A fresh installation that the test may change."""
    with new_warehouse() as made:
        yield made


def migration(monkeypatch: pytest.MonkeyPatch, folder: Path, name: str, text: str) -> None:
    """Add one more migration to those of the release."""
    if not folder.exists():
        (folder / "migrations" / "versions").mkdir(parents=True)
        for path in (settings.SQL / "migrations").rglob("*"):
            if path.is_file() and path.suffix in (".py", ".sql"):
                (folder / path.relative_to(settings.SQL)).write_bytes(path.read_bytes())
    latest = schema.newest_version()
    versions = folder / "migrations" / "versions"
    example = (versions / "0002_restatement.py").read_text()
    example = replaced(example, 'down_revision = "0001"', f'down_revision = "{latest}"')
    example = replaced(example, 'revision = "0002"', f'revision = "{name}"')
    (versions / f"{name}.py").write_text(example)
    (versions / f"{name}.sql").write_text(text)
    monkeypatch.setattr(schema, "MIGRATIONS", folder / "migrations")


def test_installing_again_changes_nothing(warehouse: Warehouse) -> None:
    before = views(warehouse)
    schema.install(warehouse.superuser, PASSWORDS)
    assert views(warehouse) == before
    assert version(warehouse) == [(schema.newest_version(),)]


def test_another_edition_is_brought_in_and_keeps_what_was_delivered(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [{"RowGuid": "g1", "ProjectNo": "N1"}]})
    statements = [*sql_objects.installation(), "COMMENT ON SCHEMA dwd IS '明细'"]
    before = views(warehouse)
    monkeypatch.setattr(sql_objects, "installation", lambda: statements)
    schema.install(warehouse.superuser, PASSWORDS)
    assert set(views(warehouse)).isdisjoint(before)
    again = deliver(warehouse.url, "konggang_centre", {"accept": [{"RowGuid": "g1", "ProjectNo": "N1"}]})
    assert (again.total("versions"), again.total("replayed")) == (0, 1)


def test_an_installation_that_fails_leaves_the_edition_before(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = [*sql_objects.installation(), "SELECT no_such_column"]
    before = views(warehouse)
    monkeypatch.setattr(sql_objects, "installation", lambda: statements)
    with pytest.raises(WarehouseError, match="SQLSTATE 42703"):
        schema.install(warehouse.superuser, PASSWORDS)
    assert views(warehouse) == before


def test_an_older_warehouse_is_upgraded_to_the_shape_of_a_fresh_one(older: Warehouse, warehouse: Warehouse) -> None:
    schema.install(older.superuser, PASSWORDS)
    assert version(older) == [(schema.newest_version(),)]
    assert asked(older.superuser, SHAPE) == asked(warehouse.superuser, SHAPE)


def test_an_upgraded_warehouse_has_the_figures_of_before_and_goes_on_as_a_fresh_one(
    older: Warehouse, fresh: Warehouse
) -> None:
    kept = {name: query for name, query in FIGURES.items() if name not in ("restatements", "facts")}
    before = {name: asked(older.superuser, query) for name, query in kept.items()}
    schema.install(older.superuser, PASSWORDS)
    assert {name: asked(older.superuser, query) for name, query in kept.items()} == before
    dimensions.write(older.url, deliveries.SOURCES)
    with transaction(fresh.superuser) as cursor:
        cursor.execute("INSERT INTO ops.run (run_id, data_date) VALUES ('run', '2021-09-14')")
        cursor.execute("UPDATE ops.setting SET value = 7 WHERE name = 'overdue_reserve_days'")
    history.deliver_two_weeks(fresh.url)
    history.judge_again(older.url, older.superuser)  # rules have changed since
    assert figures(older) == figures(fresh)
    assert figures(older)["restatements"] and any(due_on for _, _, due_on, *_ in figures(older)["facts"])
    for each in (older, fresh):
        history.deliver_the_rest(each.url)
        assert unexplained(each.url) == 0
    assert figures(older) == figures(fresh)


def test_an_upgraded_warehouse_has_the_digests_that_a_delivery_has_now(older: Warehouse) -> None:
    odd = "E'a\\tb\\\\c\\r\\nd'"
    with transaction(older.superuser) as cursor:
        cursor.execute("SELECT record_key FROM ods.accept WHERE is_current ORDER BY record_key LIMIT 1")
        (key,) = cursor.fetchone() or ()
        cursor.execute(
            f"""UPDATE ods.accept SET row_guid = NULL, task_name = {odd}, record_key = '!' || replace(digest::text, '-', ''),
            extra = '{{"ü": "\\"q\\"", "b": "x\\ty\\u0001", "aa": "z"}}' WHERE record_key = %s""",
            (key,),
        )
    schema.install(older.superuser, PASSWORDS)
    keys = set()
    for feed in contract.feeds().values():
        with transaction(older.superuser) as cursor:
            cursor.execute(f"SELECT record_key, digest::text, extra, {', '.join(feed.columns)} FROM ods.{feed.name}")
            for record_key, digest, extra, *values in cursor.fetchall():
                record = records.make_record(feed, values, records.extra_json(extra or {}), "2021-09-14 00:00:00")
                assert record.digest == digest.replace("-", "")
                keys.add(record_key == record.row_key)
    assert keys == {True}


def test_a_person_s_number_that_was_the_key_of_a_case_is_so_no_longer(older: Warehouse) -> None:
    kept = {
        "dwd.case_record": "case_no",
        "dwd.rating": "case_no",
        "ods.accept": "project_no",
        "ods.rating": "project_no",
    }
    keys = ("quality.finding", "ods.case_fact", "dwd.verdict_history", *kept)
    with transaction(older.superuser) as cursor:
        for table in keys:
            also = f", {kept[table]} = '13800000001'" if table in kept else ""
            cursor.execute(f"UPDATE {table} SET case_key = '13800000001'{also} WHERE case_key = 'N3'")
        clash = "record_key = 'shared~13800000001', row_guid = 'shared'"
        cursor.execute(
            f"UPDATE ods.accept SET {clash} WHERE case_key = '13800000001' AND source_id = 'konggang_centre'"
        )
    schema.install(older.superuser, PASSWORDS)
    with_it = [
        table for table in keys if asked(older.superuser, f"SELECT 1 FROM {table} WHERE case_key = '13800000001'")
    ]
    assert with_it == []
    stands = [(stand_in("13800000001"),)]
    assert asked(older.superuser, "SELECT DISTINCT case_key FROM ods.accept WHERE project_no = '13800000001'") == stands
    pending = "SELECT DISTINCT case_key FROM quality.pending_case WHERE case_key LIKE '138%%'"
    assert asked(older.superuser, pending) == stands
    sharers = "SELECT row_key, record_key, case_key FROM ods.shared_row_guid WHERE case_key LIKE '138%%'"
    assert asked(older.superuser, sharers) == [("shared", f"shared~{stands[0][0]}", stands[0][0])]


def test_keys_are_compared_anew_and_no_record_counts_twice(older: Warehouse) -> None:
    """RowGuids and 办件编号 with characters that nobody sees, versions of one moment, columns that were unknown."""
    with transaction(older.superuser) as cursor:
        cursor.execute(
            "SELECT record_key FROM ods.accept WHERE case_key = 'N1' AND source_id = 'konggang_centre' LIMIT 1"
        )
        (key,) = cursor.fetchone() or ()
        cursor.execute(
            """
            INSERT INTO ods.accept
            SELECT (jsonb_populate_record(version, jsonb_build_object(
                'record_key', record_key || E'\u200b', 'row_guid', row_guid || E'\u200b', 'version_no', 1, 'is_current', true,
                'case_key', E'N1\u200b ', 'project_no', E'N1\u200b ', 'task_name', 'another', 'is_odd', true,
                'extra', '{"Cd_source": "p34"}'::jsonb
            ))).*
            FROM ods.accept AS version WHERE record_key = %s AND is_current
            """,
            (key,),
        )
    schema.install(older.superuser, PASSWORDS)
    named = "FROM ods.accept WHERE case_key LIKE 'N1%%' AND source_id = 'konggang_centre'"
    assert asked(older.superuser, f"SELECT DISTINCT record_key, case_key {named}") == [(key, "N1")]
    assert asked(older.superuser, f"SELECT count(*) {named} AND is_current") == [(1,)]
    assert asked(older.superuser, "SELECT cd_source, extra FROM ods.accept WHERE task_name = 'another'") == [
        ("p34", None)
    ]
    newest = "SELECT digest FROM ods.accept WHERE record_key = %(key)s ORDER BY synced_at DESC, digest DESC LIMIT 1"
    with transaction(older.superuser) as cursor:
        cursor.execute(
            f"SELECT digest = ({newest}) FROM ods.accept WHERE record_key = %(key)s AND is_current", {"key": key}
        )
        assert cursor.fetchone() == (True,)
    history.judge_again(older.url, older.superuser)
    assert asked(older.superuser, "SELECT DISTINCT case_key FROM dwd.case_record WHERE case_key LIKE 'N1%%'") == [
        ("N1",)
    ]


def test_where_in_its_table_a_column_stands_does_not_matter(fresh: Warehouse, warehouse: Warehouse) -> None:
    """A migration adds a column at the end; a fresh installation has it in the place of the contract."""
    with transaction(fresh.superuser) as cursor:
        for feed in contract.inspected_feeds():
            column = contract.feeds()[feed].columns[1]
            cursor.execute(f"ALTER TABLE ods.{feed} DROP COLUMN {column} CASCADE")
            cursor.execute(f"ALTER TABLE ods.{feed} ADD COLUMN {column} text")
        cursor.execute("COMMENT ON SCHEMA ops IS NULL")
    schema.install(fresh.superuser, PASSWORDS)
    assert asked(fresh.superuser, SHAPE) == asked(warehouse.superuser, SHAPE)


def test_a_changed_default_arrives_where_nobody_has_set_another_value(
    older: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = sql_objects.installation()
    (at,) = (number for number, text in enumerate(statements) if "INSERT INTO ops.setting" in text)
    for name, default, new in (("overdue_reserve_days", 5, 6), ("suspicion_same_second", 20, 21)):
        statements[at] = replaced(statements[at], f"('{name}', {default})", f"('{name}', {new})")
    monkeypatch.setattr(sql_objects, "installation", lambda: statements)
    schema.install(older.superuser, PASSWORDS)
    found = dict(asked(older.superuser, "SELECT name, value FROM ops.setting"))  # type: ignore[arg-type]
    assert (found["overdue_reserve_days"], found["suspicion_same_second"], found["case_target"]) == (7, 21, 420000)


def test_a_migration_that_fails_is_taken_back_and_the_ones_before_it_stay(
    older: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = asked(older.superuser, FIGURES["cases"])
    last = schema.newest_version()
    text = "ALTER TABLE ops.fence ADD COLUMN half integer; SELECT no_such_column"
    migration(monkeypatch, tmp_path / "sql", "9000", text)
    with pytest.raises(WarehouseError, match="版本 0001.*SQLSTATE 42703"):
        schema.install(older.superuser, PASSWORDS)
    assert version(older) == [(last,)]
    monkeypatch.undo()
    schema.install(older.superuser, PASSWORDS)  # begun again, it ends
    assert asked(older.superuser, FIGURES["cases"]) == before
    assert asked(older.superuser, "SELECT attname FROM pg_attribute WHERE attname = 'half'") == []


def test_a_migration_runs_once(older: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    migration(monkeypatch, tmp_path / "sql", "9000", "INSERT INTO ops.fence (resource, token) VALUES ('migrated', 1)")
    for _ in range(2):
        schema.install(older.superuser, PASSWORDS)
    assert version(older) == [("9000",)]
    assert asked(older.superuser, "SELECT token FROM ops.fence WHERE resource = 'migrated'") == [(1,)]


def test_a_warehouse_of_a_newer_release_is_left_as_it_is(older: Warehouse) -> None:
    schema.install(older.superuser, PASSWORDS)
    with transaction(older.superuser) as cursor:
        cursor.execute("UPDATE ops.schema_version SET version_num = '9999'")
    before = views(older)
    with pytest.raises(WarehouseError, match="较新的版本 9999"):
        schema.install(older.superuser, PASSWORDS)
    assert views(older) == before


def test_the_inspection_that_was_going_on_goes_on_after_the_upgrade(
    older: Warehouse, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    schema.install(older.superuser, PASSWORDS)
    dimensions.write(older.url, deliveries.SOURCES)
    with transaction(older.superuser) as cursor:
        cursor.execute("INSERT INTO quality.due_case (case_key) VALUES ('N2')")
    migration(monkeypatch, tmp_path / "sql", "9000", "ALTER TABLE ops.fence ADD COLUMN note text")
    schema.install(older.superuser, PASSWORDS)
    assert asked(older.superuser, "SELECT case_key FROM quality.accept_live") == [("N2",)]


def test_cases_of_the_first_edition_are_those_of_the_history() -> None:
    """The dump is not made by the code that it tests: its text names what the history delivers."""
    text = gzip.decompress(OLDER.read_bytes()).decode()
    assert all(f"\ta-{case}\t" in text for case in ("N1", "N2", "N3", "N4"))
    assert cases.SYNCED_AT < "2021-09-14"
