"""Installing again changes nothing, and bringing the objects up to date keeps what was delivered."""

from collections.abc import Iterator

import pytest

from deliveries import deliver
from govservice import warehouse as govservice_warehouse
from govservice.warehouse import transaction
from warehouses import PASSWORDS, Warehouse


def views(warehouse: Warehouse) -> list[int]:
    """What the views are to the database: another number when one has been made anew."""
    with transaction(warehouse.superuser) as cursor:
        cursor.execute("SELECT oid FROM pg_class WHERE relname IN ('book', 'accept_live') ORDER BY 1")
        return [oid for (oid,) in cursor.fetchall()]


def test_installing_again_changes_nothing(warehouse: Warehouse) -> None:
    before = views(warehouse)
    govservice_warehouse.install(warehouse.superuser, PASSWORDS)
    assert views(warehouse) == before


def test_another_edition_is_brought_in_and_keeps_what_was_delivered(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    deliver(warehouse.url, "konggang_centre", {"accept": [{"RowGuid": "g1", "ProjectNo": "N1"}]})
    statements = list(govservice_warehouse._installation())
    before = views(warehouse)

    def edition() -> Iterator[str]:
        yield from [*statements, "COMMENT ON SCHEMA dwd IS '明细'"]

    monkeypatch.setattr(govservice_warehouse, "_installation", edition)
    govservice_warehouse.install(warehouse.superuser, PASSWORDS)
    assert set(views(warehouse)).isdisjoint(before)
    again = deliver(warehouse.url, "konggang_centre", {"accept": [{"RowGuid": "g1", "ProjectNo": "N1"}]})
    assert (again.total("versions"), again.total("replayed")) == (0, 1)


def test_a_new_table_and_a_new_layout_of_an_old_one_are_brought_in(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = [
        text.replace("    landing_path text NOT NULL,\n", "    landing_path   text NOT NULL,\n\n")
        for text in govservice_warehouse._installation()
    ]
    new = "CREATE TABLE IF NOT EXISTS dwd.something_new (name text)"
    monkeypatch.setattr(govservice_warehouse, "_installation", lambda: iter([*statements, f"{new};"]))
    govservice_warehouse.install(warehouse.superuser, PASSWORDS)
    with transaction(warehouse.superuser) as cursor:
        cursor.execute("TABLE dwd.something_new")
        cursor.execute("DROP TABLE dwd.something_new")


def test_a_warehouse_whose_tables_have_another_shape_is_refused_and_left_as_it_is(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = [
        text.replace("    landing_path text NOT NULL,\n", "    landing_path text NOT NULL,\n    size_bytes bigint,\n")
        for text in govservice_warehouse._installation()
    ]
    before = views(warehouse)
    monkeypatch.setattr(govservice_warehouse, "_installation", lambda: iter(statements))
    with pytest.raises(
        govservice_warehouse.WarehouseError,
        match="库里的表 ops.delivery、ops.landing_removal 是另一版本建的.*make clean",
    ):
        govservice_warehouse.install(warehouse.superuser, PASSWORDS)
    assert views(warehouse) == before


def test_a_warehouse_that_does_not_say_which_shapes_its_tables_have_is_refused(warehouse: Warehouse) -> None:
    before = views(warehouse)
    with transaction(warehouse.superuser) as cursor:
        cursor.execute("SELECT obj_description(to_regnamespace('ops'), 'pg_namespace')")
        (edition,) = cursor.fetchone() or ("",)
        cursor.execute("COMMENT ON SCHEMA ops IS 'something else'")
    with pytest.raises(govservice_warehouse.WarehouseError, match="另一版本建的"):
        govservice_warehouse.install(warehouse.superuser, PASSWORDS)
    assert views(warehouse) == before
    with transaction(warehouse.superuser) as cursor:
        cursor.execute("COMMENT ON SCHEMA ops IS %s", (edition,))


def test_an_installation_that_fails_leaves_the_edition_before(
    warehouse: Warehouse, monkeypatch: pytest.MonkeyPatch
) -> None:
    statements = list(govservice_warehouse._installation())
    before = views(warehouse)
    monkeypatch.setattr(govservice_warehouse, "_installation", lambda: iter([*statements, "SELECT no_such_column"]))
    with pytest.raises(govservice_warehouse.WarehouseError, match="SQLSTATE 42703"):
        govservice_warehouse.install(warehouse.superuser, PASSWORDS)
    assert views(warehouse) == before
