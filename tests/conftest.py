"""Fixtures that every kind of test may use."""

import os
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from itertools import count
from pathlib import Path

import psycopg2
import pytest

from govservice import dimensions, schema
from govservice import warehouse as govservice_warehouse
from stack.postgres import Cluster
from stack.postgres_programs import server_programs

pytest.register_assert_rewrite("tables", "stories", "deliveries")

import cases  # noqa: E402
import deliveries  # noqa: E402
from warehouses import PASSWORDS, Warehouse  # noqa: E402


def pytest_configure(config: pytest.Config) -> None:
    """Make the server's account and programs once, before the workers would each make them; its sources are on this machine."""
    os.environ["GOVSERVICE_ALLOWED_HOSTS"] = "127.0.0.1"
    if not hasattr(config, "workerinput"):
        server_programs()


@pytest.fixture(scope="session")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """A throw-away PostgreSQL server on a free port, stopped at the end of the session."""
    server = Cluster(tmp_path_factory.mktemp("postgres"), shared_buffers="256MB")
    server.settings["fsync"] = "off"  # no test cuts the power of this server; tests/stack kills servers of its own
    yield server.start()
    server.stop()


@pytest.fixture
def var(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder for what is written at run time, of this test alone."""
    monkeypatch.setenv("GOVSERVICE_VAR", str(tmp_path / "var"))
    return tmp_path / "var"


@pytest.fixture(scope="session")
def new_warehouse(
    cluster: Cluster, tmp_path_factory: pytest.TempPathFactory
) -> Callable[[], AbstractContextManager[Warehouse]]:
    """Makes warehouses: copies of one that is installed and has the register and the catalogue of cases.py."""
    template = Warehouse(cluster, "warehouse_template")
    cluster.ensure_database(template.database)
    schema.install(template.superuser, PASSWORDS)
    dimensions.write(template.url, deliveries.SOURCES)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("GOVSERVICE_VAR", str(tmp_path_factory.mktemp("template")))
        deliveries.deliver(
            template.url,
            "item_catalogue",
            {"item": cases.items(), "item_material": cases.item_materials()},
            "2021-07-01 00:00:00",
        )
    with govservice_warehouse.transaction(template.url) as cursor:
        cursor.execute("DELETE FROM quality.pending_case")  # its items are clean: tests/sql/dim/test_catalogue.py
    numbers = count(1)

    @contextmanager
    def make() -> Iterator[Warehouse]:
        copy = Warehouse(cluster, f"warehouse_{next(numbers)}")
        # FILE_COPY takes a fifth of the default's time for a database that nobody writes to.
        _administer(cluster, f"CREATE DATABASE {copy.database} TEMPLATE {template.database} STRATEGY FILE_COPY")
        yield copy
        _administer(cluster, f"DROP DATABASE {copy.database} WITH (FORCE)")

    return make


@pytest.fixture(scope="session")
def shared_warehouse(new_warehouse: Callable[[], AbstractContextManager[Warehouse]]) -> Iterator[Warehouse]:
    """The warehouse that tests use one after the other."""
    with new_warehouse() as shared:
        yield shared


@pytest.fixture
def warehouse(shared_warehouse: Warehouse, var: Path) -> Iterator[Warehouse]:
    """A warehouse in which nothing has been delivered but the catalogue; what a test adds is deleted after it."""
    yield shared_warehouse
    shared_warehouse.empty()


def _administer(cluster: Cluster, statement: str) -> None:
    link = psycopg2.connect(cluster.url("postgres", driver="postgresql"))
    try:
        link.autocommit = True
        with link.cursor() as cursor:
            cursor.execute(statement)
    finally:
        link.close()
